import { cisAws, nist, securityHub, wellArchitectedAws } from "../shared/controls.ts";
import { objects, texts, wrong } from "../shared/read.ts";
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
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    "aws:iam/role:Role",
  ],
  check: ({ props }) => {
    const arns = (["policyArn", "policyArns", "managedPolicyArns"] as const).flatMap((path) =>
      texts(props[path])
        .filter((arn) => arn.endsWith(":policy/AdministratorAccess"))
        .map((arn) => wrong(path, arn, "a policy with named rights")),
    );
    // A role may have policies inside.
    const inline = objects(props.inlinePolicies).flatMap(({ policy }) => broad("inlinePolicies", policy));
    return [...arns, ...broad("policy", props.policy), ...inline];
  },
});

function broad(path: string, policy: unknown): readonly string[] {
  return documentStatements(policy)
    .filter(allowsAll)
    .map(() => `${path}: Allow "*" on "*"; right would be: named actions on named resources`);
}

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

const resourcePolicy = resourceRule({
  name: "aws-resource-policy-narrow",
  title: "A policy at a topic, a queue, a key, a secret or a repository allows nothing to everybody.",
  severity: "critical",
  level: "mandatory",
  controls: [wellArchitectedAws("SEC03-BP07", "security-pillar/sec_permissions_analyze_cross_account"), nist("AC-3")],
  remedy: "Name the principals, or bind the statement with a condition.",
  types: [
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topic:Topic",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:kms/key:Key",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:secretsmanager/secret:Secret",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
  ],
  check: ({ props }) =>
    documentStatements(props.policy).some(isPublic)
      ? ['policy: Allow to "*" without a condition; right would be: named principals']
      : [],
});

export const accessRules: readonly ResourceRule[] = [leastPrivilege, trust, resourcePolicy];
