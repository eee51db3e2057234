import { nist, securityHub } from "../shared/controls.ts";
import { at, isNot, objects, text, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const LISTENER = ["aws:lb/listener:Listener"];
/** Security policies of listeners that begin at TLS 1.2. */
const TLS = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/;

const https = resourceRule({
  name: "aws-entrance-https",
  title: "A load balancer answers plain HTTP with a redirect to HTTPS only.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("ELB.1"), nist("SC-8")],
  remedy: "Forward from an HTTPS listener (pilotlight:certificate), and let the HTTP listener redirect.",
  types: LISTENER,
  check: ({ props }) => {
    if (props.protocol !== "HTTP") return [];
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
    if (props.protocol !== "HTTPS" && props.protocol !== "TLS") return [];
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
  types: ["aws:lb/loadBalancer:LoadBalancer"],
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
  types: ["aws:lb/loadBalancer:LoadBalancer"],
  check: ({ props: { loadBalancerType, dropInvalidHeaderFields: value } }) =>
    loadBalancerType === "application" && isNot(value, true) ? [wrong("dropInvalidHeaderFields", value, "true")] : [],
  remediate: (props) =>
    props.loadBalancerType === "application" && isNot(props.dropInvalidHeaderFields, true)
      ? { ...props, dropInvalidHeaderFields: true }
      : undefined,
});

export const entranceRules: readonly ResourceRule[] = [https, tls, kept, strict];
