/*
 * Words that options take, as constant objects beside types: Pulumi's analyzer makes enumerations of these for other languages,
 * and takes no union of words that has no such object.
 */

/** How private subnets reach the internet. */
export const NatMode = {
  /** One NAT gateway, whose zone is then a single point of failure for outbound traffic. */
  Single: "single",
  /** One NAT gateway in each zone. */
  PerZone: "per-zone",
} as const;
export type NatMode = (typeof NatMode)[keyof typeof NatMode];

/** Whether a database takes connections without TLS. */
export const SslMode = {
  /** It refuses them. */
  Require: "require",
  /** It takes them. */
  Disable: "disable",
} as const;
export type SslMode = (typeof SslMode)[keyof typeof SslMode];

/** What a service speaks. */
export const WebProtocol = {
  /** Without TLS. */
  Http: "HTTP",
  /** With TLS. */
  Https: "HTTPS",
} as const;
export type WebProtocol = (typeof WebProtocol)[keyof typeof WebProtocol];

/** The two sites of an application. */
export const Site = {
  /** AWS. */
  Primary: "primary",
  /** Azure. */
  Standby: "standby",
} as const;
export type Site = (typeof Site)[keyof typeof Site];

/** Who reaches a service. */
export const ServiceRole = {
  /** Users. */
  Public: "public",
  /** Only what is inside. */
  Internal: "internal",
} as const;
export type ServiceRole = (typeof ServiceRole)[keyof typeof ServiceRole];

/** What a principal may do in a cluster. */
export const AccessLevel = {
  /** Look. */
  View: "view",
  /** Look and change. */
  Edit: "edit",
  /** And hand out rights inside namespaces. */
  Admin: "admin",
  /** All. */
  ClusterAdmin: "cluster-admin",
} as const;
export type AccessLevel = (typeof AccessLevel)[keyof typeof AccessLevel];

/** Who decides where users go. */
export const TrafficStrategy = {
  /** Azure Traffic Manager, by DNS. */
  TrafficManager: "traffic-manager",
  /** Azure Front Door, as a proxy. */
  FrontDoor: "front-door",
  /** Route 53's health checks. */
  Route53Failover: "route53-failover",
  /** An update of the record. */
  Route53Update: "route53-update",
} as const;
export type TrafficStrategy = (typeof TrafficStrategy)[keyof typeof TrafficStrategy];

/** Who an AKS cluster is to Azure. */
export const ClusterIdentityKind = {
  /** An identity that was there before, with its rights. */
  UserAssigned: "user-assigned",
  /** One that Azure makes with the cluster. */
  SystemAssigned: "system-assigned",
} as const;
export type ClusterIdentityKind = (typeof ClusterIdentityKind)[keyof typeof ClusterIdentityKind];

/** What keeps an application's objects. */
export const ObjectStoreKind = {
  /** A bucket, reached by the pods' own identity. */
  S3: "s3",
  /** A container, reached by an account key. */
  Blob: "blob",
} as const;
export type ObjectStoreKind = (typeof ObjectStoreKind)[keyof typeof ObjectStoreKind];

/** The cloud that a cluster is in. */
export const Cloud = {
  /** EKS. */
  Aws: "aws",
  /** AKS. */
  Azure: "azure",
} as const;
export type Cloud = (typeof Cloud)[keyof typeof Cloud];
