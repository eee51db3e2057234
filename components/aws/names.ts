import { baseName, boundedName, cutName, type Identity } from "../naming.ts";

export interface AwsNames {
  /** `<application>-<environment>`: what the names of alarms begin with. At most 49 lower-case letters, digits, hyphens. */
  readonly base: string;
  /** EKS: 1-100 letters, digits, hyphens. */
  readonly cluster: string;
  /** RDS: 1-63 lower-case letters, digits, single hyphens; starts with a letter, ends with no hyphen. */
  readonly database: string;
  /** S3: 3-63 lower-case letters, digits, hyphens, unique among all accounts. */
  readonly bucket: (suffix: string) => string;
  /** KMS: `alias/` and 1-250 letters, digits, `/_-`. */
  readonly keyAlias: string;
  /** SNS: 1-256 letters, digits, `_-`. */
  readonly topic: string;
  /** ELB: 1-32 letters, digits, hyphens, no hyphen at either end; must not begin with `internal-`. */
  readonly loadBalancer: string;
  /** ECR: 2-256 lower-case letters, digits, single separators `._-/`. */
  readonly repository: (image: string) => string;
}

/** Prefixes that S3 keeps for itself. */
const S3_RESERVED = /^(sthree-|amzn-s3-demo-)/;

/** Names that AWS sees. Pure: the same identity has the same names for ever, because a new name is a new database. */
export function awsNames(identity: Identity): AwsNames {
  const base = baseName(identity);
  const objects = S3_RESERVED.test(base) ? `app-${base}-objects` : `${base}-objects`;
  return {
    base,
    cluster: base,
    database: base,
    bucket: (suffix) => boundedName(objects, suffix, 63),
    keyAlias: `alias/${base}`,
    topic: `${base}-alarms`,
    loadBalancer: cutName(`alb-${base}`, 32),
    repository: (image) => `${base}/${image}`,
  };
}

/**
 * ELB target group: 1-32 letters, digits, hyphens. The port is part of it because a group cannot change its port: the
 * next one needs a name beside this one's.
 */
export function targetGroupName(loadBalancer: string, service: string, port: number): string {
  return boundedName(`${loadBalancer.replace(/^alb-/, "")}-${service}`, String(port), 32);
}

/** Where VPC flow logs go. CloudWatch: 1-512 letters, digits, `_-/.#`. */
export function flowLogGroup(cluster: string): string {
  return `/aws/vpc/${cluster}/flow-logs`;
}

/** Where EKS writes a control plane's logs; AWS chooses this name. */
export function controlPlaneLogGroup(cluster: string): string {
  return `/aws/eks/${cluster}/cluster`;
}

/** Where RDS writes one of an instance's logs; AWS chooses this name. */
export function databaseLogGroup(identifier: string, log: string): string {
  return `/aws/rds/instance/${identifier}/${log}`;
}
