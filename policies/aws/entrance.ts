import { nist, securityHub } from "../shared/controls.ts";
import { at, is, isNot, objects, text, wrong } from "../shared/read.ts";
import type { Props } from "../shared/resource.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const LISTENER = ["aws:lb/listener:Listener"];
const BALANCER = ["aws:lb/loadBalancer:LoadBalancer"];
/** Security policies of listeners that begin at TLS 1.2. */
const TLS = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/;

/** An application load balancer's listener that is told no protocol speaks HTTP; one of another kind has no port then. */
function speaksHttp({ protocol, port, certificateArn, sslPolicy }: Props): boolean {
  if (protocol !== undefined) return is(protocol, "HTTP");
  return port !== undefined && certificateArn === undefined && sslPolicy === undefined && !is(port, 443);
}

const https = resourceRule({
  name: "aws-entrance-https",
  title: "A load balancer answers plain HTTP with a redirect to HTTPS only.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("ELB.1"), nist("SC-8")],
  remedy: "Forward from an HTTPS listener (pilotlight:certificate), and let the HTTP listener redirect.",
  types: LISTENER,
  check: ({ props }) => {
    if (!speaksHttp(props)) return [];
    const actions = objects(props.defaultActions);
    const redirects = actions.every((action) => !isNot(at(action, "redirect.protocol"), "HTTPS"));
    return redirects ? [] : [wrong("protocol", "HTTP", "HTTPS, or a redirect to it")];
  },
});

const tls = resourceRule({
  name: "aws-entrance-tls",
  title: "A load balancer speaks TLS 1.2 or later.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("ELB.17"), nist("SC-8")],
  remedy: "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06 or later.",
  types: LISTENER,
  check: ({ props }) => {
    const policy = text(props.sslPolicy);
    if (!is(props.protocol, "HTTPS") && !is(props.protocol, "TLS")) return [];
    if (typeof props.sslPolicy === "symbol" || (policy !== undefined && TLS.test(policy))) return [];
    return [wrong("sslPolicy", policy, "ELBSecurityPolicy-TLS13-1-2-2021-06 or later")];
  },
});

const kept = resourceRule({
  name: "aws-entrance-kept",
  title: "The load balancer that users come in by cannot be deleted by mistake.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("ELB.6"), nist("CP-10")],
  remedy: "Set enableDeletionProtection (pilotlight:protectData).",
  types: BALANCER,
  check: ({ props: { enableDeletionProtection: value } }) =>
    isNot(value, true) ? [wrong("enableDeletionProtection", value, "true")] : [],
});

const strict = resourceRule({
  name: "aws-entrance-strict",
  title: "A load balancer drops headers that are none.",
  severity: "low",
  level: "mandatory",
  controls: [securityHub("ELB.4"), nist("SI-10")],
  remedy: "Set dropInvalidHeaderFields. The pack sets it where enforcement is remediate.",
  types: BALANCER,
  check: ({ props }) => (isLax(props) ? [wrong("dropInvalidHeaderFields", props.dropInvalidHeaderFields, "true")] : []),
  remediate: (props) => (isLax(props) ? { ...props, dropInvalidHeaderFields: true } : undefined),
});

/** Not set, the type is application. */
function isLax({ loadBalancerType = "application", dropInvalidHeaderFields }: Props): boolean {
  return is(loadBalancerType, "application") && isNot(dropInvalidHeaderFields, true);
}

export const entranceRules: readonly ResourceRule[] = [https, tls, kept, strict];
