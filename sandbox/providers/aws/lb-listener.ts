import {
  type Action,
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  ModifyListenerCommand,
  type RedirectActionStatusCodeEnum,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { lbTags, readLbTags, updateLbTags } from "./lb-tags.ts";

const actionSchema = z.strictObject({
  type: z.enum(["forward", "redirect", "fixed-response"], "the sandbox's load balancers authenticate nobody"),
  order: z.number().int().optional(),
  targetGroupArn: z.string().optional(),
  forward: z
    .strictObject({
      targetGroups: z.array(z.strictObject({ arn: z.string(), weight: z.number().int().optional() })).min(1),
      stickiness: z.strictObject({ duration: z.number().int(), enabled: z.boolean().optional() }).optional(),
    })
    .optional(),
  redirect: z
    .strictObject({
      statusCode: z.enum(["HTTP_301", "HTTP_302"]),
      host: z.string().optional(),
      path: z.string().optional(),
      port: z.string().optional(),
      protocol: z.string().optional(),
      query: z.string().optional(),
    })
    .optional(),
  fixedResponse: z
    .strictObject({ contentType: z.string(), messageBody: z.string().optional(), statusCode: z.string().optional() })
    .optional(),
  authenticateCognito: refused("its load balancers authenticate nobody"),
  authenticateOidc: refused("its load balancers authenticate nobody"),
  jwtValidation: refused("its load balancers authenticate nobody"),
});
type ActionInput = z.infer<typeof actionSchema>;

const noTls = "the sandbox's network load balancers end no TLS";
const noHeaders = refused("its load balancers change no headers");
const headerNames = ["Header", "IssuerHeader", "LeafHeader", "SerialNumberHeader", "SubjectHeader", "ValidityHeader"];
const headerValues = [
  ...["AccessControlAllowCredentials", "AccessControlAllowHeaders", "AccessControlAllowMethods"],
  ...["AccessControlAllowOrigin", "AccessControlExposeHeaders", "AccessControlMaxAge", "ContentSecurityPolicy"],
  ...["StrictTransportSecurity", "XContentTypeOptions", "XFrameOptions"],
];
const headers = Object.fromEntries(
  [
    ...headerNames.map((name) => `routingHttpRequestXAmznMtlsClientcert${name}Name`),
    ...["CipherSuite", "Version"].map((name) => `routingHttpRequestXAmznTls${name}HeaderName`),
    ...headerValues.map((name) => `routingHttpResponse${name}HeaderValue`),
    "routingHttpResponseServerEnabled",
  ].map((name) => [name, noHeaders]),
);
const inputs = z.strictObject({
  ...regional,
  loadBalancerArn: z.string(),
  port: z.number().int(),
  protocol: z.enum(["HTTP", "HTTPS", "TCP"], noTls).optional(),
  certificateArn: z.string().optional(),
  sslPolicy: z.string().optional(),
  defaultActions: z.array(actionSchema).min(1),
  alpnPolicy: refused(noTls),
  mutualAuthentication: refused("its load balancers ask for no certificates of clients"),
  tcpIdleTimeoutSeconds: refused("moto does not keep it"),
  ...headers,
  tags: tagsSchema,
});
type Inputs = z.infer<typeof inputs>;

/** aws:lb/listener:Listener; its id is its ARN. */
export const listener = awsKind({
  inputs,
  replaceOnChanges: ["loadBalancerArn"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { Listeners } = await aws.loadBalancing.send(
      new CreateListenerCommand({
        ...request(wanted),
        LoadBalancerArn: wanted.loadBalancerArn,
        Tags: lbTags(wanted.tags),
      }),
      { abortSignal },
    );
    return Listeners?.[0]?.ListenerArn ?? "";
  },

  async look(aws, id, known, { signal }) {
    const command = new DescribeListenersCommand({ ListenerArns: [id] });
    const answer = await orMissing(aws.loadBalancing.send(command, { abortSignal: signal }));
    const found = answer?.Listeners?.[0];
    if (found === undefined) return undefined;
    const declared = z.array(z.looseObject({})).catch([]).parse(known["defaultActions"]);
    return {
      properties: {
        arn: id,
        loadBalancerArn: found.LoadBalancerArn,
        port: found.Port,
        protocol: found.Protocol,
        certificateArn: found.Certificates?.[0]?.CertificateArn,
        ...(found.Protocol === "HTTPS" && { sslPolicy: found.SslPolicy }),
        defaultActions: (found.DefaultActions ?? []).map((action, at) => fromAction(action, declared[at] ?? {})),
        tags: await readLbTags(aws, id, signal),
      },
    };
  },

  async update(aws, id, change, call) {
    if (change.has("port", "protocol", "certificateArn", "sslPolicy", "defaultActions")) {
      const command = new ModifyListenerCommand({ ...request(change.inputs), ListenerArn: id });
      await aws.loadBalancing.send(command, { abortSignal: call.signal });
    }
    await updateLbTags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.loadBalancing.send(new DeleteListenerCommand({ ListenerArn: id }), { abortSignal }));
  },
});

function request(wanted: Inputs) {
  const isHttps = wanted.protocol === "HTTPS";
  return {
    Port: wanted.port,
    Protocol: wanted.protocol ?? "HTTP",
    SslPolicy: isHttps ? (wanted.sslPolicy ?? "ELBSecurityPolicy-2016-08") : undefined,
    Certificates: wanted.certificateArn === undefined ? [] : [{ CertificateArn: wanted.certificateArn }],
    DefaultActions: wanted.defaultActions.map(toAction),
  };
}

function toAction({ forward, redirect, fixedResponse, ...action }: ActionInput): Action {
  return {
    Type: action.type,
    Order: action.order,
    TargetGroupArn: action.targetGroupArn,
    ...(forward && {
      ForwardConfig: {
        TargetGroups: forward.targetGroups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight ?? 1 })),
        ...(forward.stickiness && {
          TargetGroupStickinessConfig: {
            Enabled: forward.stickiness.enabled ?? false,
            DurationSeconds: forward.stickiness.duration,
          },
        }),
      },
    }),
    ...(redirect && {
      RedirectConfig: {
        StatusCode: redirect.statusCode as RedirectActionStatusCodeEnum,
        Host: redirect.host ?? "#{host}",
        Path: redirect.path ?? "/#{path}",
        Port: redirect.port ?? "#{port}",
        Protocol: redirect.protocol ?? "#{protocol}",
        Query: redirect.query ?? "#{query}",
      },
    }),
    ...(fixedResponse && {
      FixedResponseConfig: {
        ContentType: fixedResponse.contentType,
        MessageBody: fixedResponse.messageBody,
        StatusCode: fixedResponse.statusCode ?? "200",
      },
    }),
  };
}

/** A forward to one group may be said in two ways, and the API tells both: `declared` decides. */
function fromAction(action: Action, declared: Readonly<Record<string, unknown>>) {
  const { ForwardConfig: forward, RedirectConfig: redirect, FixedResponseConfig: fixed } = action;
  const groups = forward?.TargetGroups ?? [];
  const single = action.TargetGroupArn ?? (groups.length === 1 ? groups[0]?.TargetGroupArn : undefined);
  const isForward = "forward" in declared || single === undefined;
  const stickiness = forward?.TargetGroupStickinessConfig;
  return {
    type: action.Type,
    ...("order" in declared && { order: action.Order }),
    ...(action.Type === "forward" && !isForward && { targetGroupArn: single }),
    ...(action.Type === "forward" &&
      isForward && {
        forward: {
          targetGroups: groups.map(({ TargetGroupArn, Weight }) => ({ arn: TargetGroupArn, weight: Weight })),
          ...(stickiness?.DurationSeconds !== undefined && {
            stickiness: { duration: stickiness.DurationSeconds, enabled: stickiness.Enabled ?? false },
          }),
        },
      }),
    ...(redirect && {
      redirect: {
        statusCode: redirect.StatusCode,
        host: redirect.Host,
        path: redirect.Path,
        port: redirect.Port,
        protocol: redirect.Protocol,
        query: redirect.Query,
      },
    }),
    ...(fixed && {
      fixedResponse: { contentType: fixed.ContentType, messageBody: fixed.MessageBody, statusCode: fixed.StatusCode },
    }),
  };
}
