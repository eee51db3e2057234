import { z } from "zod";
import { cisAws, nist, securityHub } from "../shared/controls.ts";
import { isNot, number, wrong } from "../shared/read.ts";
import { UNKNOWN } from "../shared/resource.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const rotation = resourceRule({
  name: "aws-key-rotated",
  title: "A key changes by itself.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("KMS.4"), cisAws("3.6"), nist("SC-12")],
  remedy: "Set enableKeyRotation. The pack sets it where enforcement is remediate.",
  types: ["aws:kms/key:Key"],
  check: ({ props }) =>
    isNot(props.enableKeyRotation, true) ? [wrong("enableKeyRotation", props.enableKeyRotation, "true")] : [],
  // Data under the old material stays readable: the key keeps it.
  remediate: (props) => (isNot(props.enableKeyRotation, true) ? { ...props, enableKeyRotation: true } : undefined),
});

const recoverable = resourceRule(
  {
    name: "aws-secret-recoverable",
    title: "A deleted secret can be had back.",
    severity: "medium",
    level: "mandatory",
    controls: [nist("CP-9")],
    remedy: "Raise recoveryWindowInDays (pilotlight:protectData).",
    types: ["aws:secretsmanager/secret:Secret"],
    check: ({ props }, { days }) => {
      // Not set is 30.
      const value = props.recoveryWindowInDays ?? 30;
      return value !== UNKNOWN && (number(value) ?? 0) < days
        ? [wrong("recoveryWindowInDays", value, `${days} or more`)]
        : [];
    },
  },
  z.object({ days: z.int().min(7).max(30).default(7).describe("Least time in which it can be had back, in days.") }),
);

export const secretRules: readonly ResourceRule[] = [rotation, recoverable];
