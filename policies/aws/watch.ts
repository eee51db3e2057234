import { z } from "zod";
import { nist, securityHub } from "../shared/controls.ts";
import { isBelow, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const retention = resourceRule(
  {
    name: "aws-log-retention",
    title: "Logs are kept long enough, and not for ever.",
    severity: "low",
    level: "mandatory",
    // CloudWatch.16 wants a year unless told otherwise: raise days where it is audited.
    controls: [securityHub("CloudWatch.16"), nist("AU-11")],
    remedy: "Set retentionInDays (pilotlight:logRetentionDays).",
    types: ["aws:cloudwatch/logGroup:LogGroup"],
    check: ({ props: { retentionInDays: value } }, { days }) =>
      // 0 is for ever.
      isBelow(value, days) ? [wrong("retentionInDays", value, `${days} or more`)] : [],
  },
  z.object({ days: z.int().min(1).default(30).describe("Least retention, in days.") }),
);

const topics = resourceRule({
  name: "aws-topic-encrypted",
  title: "What a topic holds is encrypted.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("SNS.1"), nist("SC-28")],
  remedy: "Set kmsMasterKeyId to a key whose policy lets CloudWatch use it.",
  types: ["aws:sns/topic:Topic"],
  check: ({ props: { kmsMasterKeyId: value } }) =>
    value === undefined || value === "" ? [wrong("kmsMasterKeyId", value, "a key")] : [],
});

const receivers = resourceRule({
  name: "aws-topic-https",
  title: "Alarms travel over TLS.",
  severity: "medium",
  level: "mandatory",
  controls: [nist("SC-8")],
  remedy: "Give the receiver an https address (pilotlight:alerts.receiver).",
  types: ["aws:sns/topicSubscription:TopicSubscription"],
  check: ({ props: { protocol } }) => (protocol === "http" ? [wrong("protocol", protocol, "https")] : []),
});

export const watchRules: readonly ResourceRule[] = [retention, topics, receivers];
