import type { Identity } from "./naming.ts";

export type Tags = Readonly<Record<string, string>>;

/** Tags of every resource of a site. The environment's own come on top, but cannot change whose a resource is. */
export function siteTags(identity: Identity, site: "primary" | "standby", extra: Tags): Record<string, string> {
  return {
    ...extra,
    application: identity.application,
    environment: identity.environment,
    site,
    "managed-by": "pilotlight",
  };
}
