import type { PodSettings } from "../components/kubernetes/pod-template.ts";
import type { StandbyConfig } from "./config.ts";
import type { StandbyBase } from "./standby-base.ts";
import type { StandbyData } from "./standby-data.ts";

/** What the application receives on this side, whatever runs it. */
export function applicationSettings(
  config: StandbyConfig,
  { primary }: Pick<StandbyBase, "primary">,
  { database, objects }: StandbyData,
): PodSettings {
  const { name, appUser, sslMode } = config.database;
  const { account, endpoint, container, accountKey } = objects;
  return {
    site: "standby",
    protocol: config.traffic.protocol,
    database: { host: database.host, port: database.port, name, user: appUser, password: primary.appPassword, sslMode },
    objects: { kind: "blob", account, endpoint, container, accountKey },
  };
}
