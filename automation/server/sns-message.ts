import { createVerify, X509Certificate } from "node:crypto";
import { z } from "zod";
import type { Alert } from "../ports/inbox.ts";

const awsHost = /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

/** An address of SNS itself; nothing else that a message names is ever asked. */
const snsUrl = z.url().refine((text) => {
  const { protocol, hostname, port, username } = new URL(text);
  return protocol === "https:" && awsHost.test(hostname) && port === "" && username === "";
}, "must be an https address of SNS");

const signed = {
  MessageId: z.string().min(1),
  TopicArn: z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(["1", "2"]),
  Signature: z.base64(),
  SigningCertURL: snsUrl,
};

/** What SNS posts to an HTTPS subscriber without raw delivery (docs.aws.amazon.com/sns: parsing message formats). */
export const snsMessageSchema = z.discriminatedUnion("Type", [
  z.object({ ...signed, Type: z.literal("Notification"), Subject: z.string().optional() }),
  z.object({ ...signed, Type: z.literal("SubscriptionConfirmation"), Token: z.string(), SubscribeURL: snsUrl }),
  z.object({ ...signed, Type: z.literal("UnsubscribeConfirmation"), Token: z.string(), SubscribeURL: snsUrl }),
]);
export type SnsMessage = z.infer<typeof snsMessageSchema>;

/** A message older than this is a replay; SNS gives up on a delivery within the hour. */
export const SNS_MAX_AGE_MS = 3_600_000;

/** Whether the certificate's owner signed exactly this message; the certificate must be in force at `now`. */
export function isSignedBy(message: SnsMessage, certificate: string, now: Date): boolean {
  const { publicKey, validFrom, validTo } = new X509Certificate(certificate);
  if (now < new Date(validFrom) || now > new Date(validTo)) return false;
  const verify = createVerify(message.SignatureVersion === "1" ? "RSA-SHA1" : "RSA-SHA256");
  return verify.update(signedText(message)).verify(publicKey, message.Signature, "base64");
}

/** Keys in the order in which SNS signs them; an absent subject is left out. */
function signedText(message: SnsMessage): string {
  const { MessageId, Message, Timestamp, TopicArn, Type } = message;
  const pairs =
    message.Type === "Notification"
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn, Type }
      : { Message, MessageId, SubscribeURL: message.SubscribeURL, Timestamp, Token: message.Token, TopicArn, Type };
  return Object.entries(pairs)
    .map(([key, value]) => (value === undefined ? "" : `${key}\n${value}\n`))
    .join("");
}

const alarmSchema = z.object({
  AlarmName: z.string(),
  NewStateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
});

/** A CloudWatch alarm in a notification. Undefined: something else, or news that asks for nothing. */
export function alertFromSns(message: SnsMessage & { Type: "Notification" }, receivedAt: Date): Alert | undefined {
  const alarm = alarmSchema.safeParse(parseJson(message.Message)).data;
  if (alarm === undefined || alarm.NewStateValue === "INSUFFICIENT_DATA") return undefined;
  return {
    // The same for every delivery of one message, also to a second endpoint.
    key: `sns:${message.TopicArn}:${message.MessageId}`,
    source: "sns",
    status: alarm.NewStateValue === "ALARM" ? "firing" : "resolved",
    summary: alarm.AlarmName,
    receivedAt: receivedAt.toISOString(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
