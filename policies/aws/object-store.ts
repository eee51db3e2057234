import { cisAws, nist, securityHub, wellArchitectedAws } from "../shared/controls.ts";
import { missingCompanion } from "../shared/missing-companion.ts";
import { at, is, isKnown, isNot, objects, wrong } from "../shared/read.ts";
import { type DeclaredResource, type Props, UNKNOWN } from "../shared/resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "../shared/rule.ts";
import { documentStatements, isPublic, requiresTls } from "./policy-document.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const without = missingCompanion(BUCKET);

/** Settings inside a bucket: of version 6 in lists, of version 7 (and before 6) not. */
function inside(props: Props, ...keys: readonly string[]): readonly Props[] {
  return objects(keys.flatMap((key) => props[key]));
}

function isUnknownIn(props: Props, ...keys: readonly string[]): boolean {
  return keys.some((key) => !isKnown(props[key]));
}

const ENCRYPTION = ["serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations"];
const VERSIONING = ["versioning", "versionings"];

function hasAlgorithm(rule: Props): boolean {
  const defaults = [rule.applyServerSideEncryptionByDefault, rule.applyServerSideEncryptionByDefaults].flat();
  return objects(defaults).some(({ sseAlgorithm }) => sseAlgorithm !== undefined && sseAlgorithm !== "");
}

const encrypted = stackRule({
  name: "aws-bucket-encrypted",
  title: "A bucket says how it is encrypted at rest.",
  severity: "high",
  level: "mandatory",
  controls: [wellArchitectedAws("SEC08-BP02", "security-pillar/sec_protect_data_rest_encrypt"), nist("SC-28")],
  remedy: "Add a BucketServerSideEncryptionConfiguration.",
  check: (stack) =>
    without(
      stack,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      ({ props }) => !isKnown(props.rules) || objects(props.rules).some(hasAlgorithm),
      "it has no BucketServerSideEncryptionConfiguration with an algorithm",
      ({ props }) =>
        isUnknownIn(props, ...ENCRYPTION) ||
        inside(props, ...ENCRYPTION).some(({ rule, rules }) => objects([rule, rules].flat()).some(hasAlgorithm)),
    ),
});

const versioned = stackRule({
  name: "aws-bucket-versioned",
  title: "A bucket keeps versions.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("S3.14"), nist("CP-9")],
  remedy: "Add a BucketVersioning with status Enabled.",
  check: (stack) =>
    without(
      stack,
      "aws:s3/bucketVersioning:BucketVersioning",
      ({ props }) => !isNot(at(props, "versioningConfiguration.status"), "Enabled"),
      "it has no BucketVersioning with status Enabled",
      ({ props }) =>
        isUnknownIn(props, ...VERSIONING) || inside(props, ...VERSIONING).some(({ enabled }) => is(enabled, true)),
    ),
});

const lifecycle = stackRule({
  name: "aws-bucket-lifecycle",
  title: "A bucket moves what is old to cheaper storage, and deletes old versions in the end.",
  severity: "low",
  level: "mandatory",
  controls: [securityHub("S3.13"), nist("SI-12")],
  remedy: "Add a BucketLifecycleConfiguration with an enabled rule.",
  check: (stack) =>
    without(
      stack,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      ({ props }) => !isKnown(props.rules) || objects(props.rules).some(({ status }) => is(status, "Enabled")),
      "it has no BucketLifecycleConfiguration with an enabled rule",
      ({ props }) =>
        isUnknownIn(props, "lifecycleRules") ||
        inside(props, "lifecycleRules").some(({ enabled }) => is(enabled, true)),
    ),
});

const closed = stackRule({
  name: "aws-bucket-closed",
  title: "A bucket has a block against public access.",
  severity: "critical",
  level: "mandatory",
  controls: [securityHub("S3.8"), cisAws("2.1.4"), nist("AC-3")],
  remedy: "Add a BucketPublicAccessBlock.",
  check: (stack) =>
    without(
      stack,
      BLOCK,
      () => true,
      "it has no BucketPublicAccessBlock",
      // aws-native has it inside the bucket.
      ({ props }) => FLAGS.every((flag) => !isNot(at(props, `publicAccessBlock.${flag}`), true)),
    ),
});

const blocked = resourceRule({
  name: "aws-bucket-block-complete",
  title: "A block against public access blocks all four ways.",
  severity: "critical",
  level: "mandatory",
  controls: [securityHub("S3.8"), cisAws("2.1.4"), nist("AC-3")],
  remedy: `Set ${FLAGS.join(", ")}. The pack sets them where enforcement is remediate.`,
  types: [BLOCK],
  check: ({ props }) =>
    FLAGS.filter((flag) => isNot(props[flag], true)).map((flag) => wrong(flag, props[flag], "true")),
  // No reader loses anything: what is public by accident is what these take away.
  remediate: (props) =>
    FLAGS.some((flag) => isNot(props[flag], true))
      ? { ...props, ...Object.fromEntries(FLAGS.map((flag) => [flag, true])) }
      : undefined,
});

const tlsOnly = stackRule({
  name: "aws-bucket-tls",
  title: "A bucket refuses what does not come over TLS.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("S3.5"), cisAws("2.1.1"), nist("SC-8")],
  remedy: 'Add a BucketPolicy that denies s3:* where aws:SecureTransport is "false".',
  check: (stack) =>
    without(
      stack,
      POLICY,
      refusesPlain,
      "it has no BucketPolicy that denies what does not come over TLS",
      refusesPlain,
    ),
});

function refusesPlain({ props }: DeclaredResource): boolean {
  return props.policy === UNKNOWN || documentStatements(props.policy).some(requiresTls);
}

const notPublic = resourceRule({
  name: "aws-bucket-policy-narrow",
  title: "A bucket's policy allows nothing to everybody.",
  severity: "critical",
  level: "mandatory",
  controls: [securityHub("S3.2"), securityHub("S3.3"), nist("AC-3")],
  remedy: "Name the principals, or bind the statement with a condition.",
  types: [POLICY, BUCKET],
  check: ({ props }) =>
    documentStatements(props.policy).some(isPublic)
      ? ['policy: Allow to "*" without a condition; right would be: named principals']
      : [],
});

const kept = resourceRule({
  name: "aws-bucket-kept",
  title: "A bucket is not emptied when it is deleted.",
  severity: "high",
  level: "mandatory",
  controls: [nist("CP-9")],
  remedy: "Leave forceDestroy out (pilotlight:protectData).",
  types: [BUCKET],
  check: ({ props }) => (is(props.forceDestroy, true) ? [wrong("forceDestroy", props.forceDestroy, "false")] : []),
});

export const objectStoreRules: readonly (ResourceRule | StackRule)[] = [
  encrypted,
  versioned,
  lifecycle,
  closed,
  blocked,
  tlsOnly,
  notPublic,
  kept,
];
