import { baseName, boundedName, type Identity } from "../naming.ts";

export interface AwsNames {
  /** EKS: 1-100 letters, digits, hyphens. */
  readonly cluster: string;
  /** RDS: 1-63 lower-case letters, digits, single hyphens; starts with a letter, ends with no hyphen. */
  readonly database: string;
  /** S3: 3-63 lower-case letters, digits, hyphens, unique among all accounts. */
  readonly bucket: (suffix: string) => string;
}

/** Names that AWS sees. Pure: the same identity has the same names for ever, because a new name is a new database. */
export function awsNames(identity: Identity): AwsNames {
  const base = baseName(identity);
  return { cluster: base, database: base, bucket: (suffix) => boundedName(`${base}-objects`, suffix, 63) };
}
