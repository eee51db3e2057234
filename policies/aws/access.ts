import { cisAws, nist, securityHub, wellArchitectedAws } from "../shared/controls.ts";
import { text, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";
import { allowsAll, documentStatements, isPublic } from "./policy-document.ts";

const leastPrivilege = resourceRule({
  name: "aws-rights-narrow",
  title: "No policy allows everything on everything.",
  severity: "critical",
  level: "mandatory",
  controls: [securityHub("IAM.1"), cisAws("1.16"), nist("AC-6")],
  remedy: "Name actions and resources.",
  types: [
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  ],
  check: ({ type, props }) => {
    if (type.endsWith("Attachment")) {
      const arn = text(props.policyArn);
      return arn?.endsWith(":policy/AdministratorAccess")
        ? [wrong("policyArn", arn, "a policy with named rights")]
        : [];
    }
    return documentStatements(props.policy)
      .filter(allowsAll)
      .map(() => 'policy: Allow "*" on "*"; right would be: named actions on named resources');
  },
});

const trust = resourceRule({
  name: "aws-trust-narrow",
  title: "No role can be assumed by everybody.",
  severity: "critical",
  level: "mandatory",
  controls: [wellArchitectedAws("SEC03-BP07", "security-pillar/sec_permissions_analyze_cross_account"), nist("AC-6")],
  remedy: "Name the principals that may assume the role.",
  types: ["aws:iam/role:Role"],
  check: ({ props }) =>
    documentStatements(props.assumeRolePolicy).some(isPublic)
      ? ['assumeRolePolicy: Allow to "*" without a condition; right would be: named principals']
      : [],
});

export const accessRules: readonly ResourceRule[] = [leastPrivilege, trust];
