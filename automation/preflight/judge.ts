import type { ControlState } from "../domain/application-facts.ts";
import { isEnded } from "../domain/operation.ts";
import { majorOf, postgresVersions } from "../domain/postgres-versions.ts";
import { type StatePlace, statePlace } from "../domain/state-place.ts";
import type { OperationSummary } from "../ports/journal.ts";
import type { BackupFacts } from "../ports/state-backups.ts";
import type { AliasFacts, BackendFacts, FlattenedFacts, Quota, ServerFacts, WitnessMember } from "./facts.ts";
import { type Finding, failed, ok, unknown, warning, worst } from "./finding.ts";

const dayMs = 86_400_000;
/** A rehearsal older than this says little about today. */
const drillDays = 90;
/** Milliseconds. Lag is the age of a heartbeat by another clock; a request to AWS is refused when its time is 5 minutes off. */
const skew = { warning: 2000, failed: 60_000 } as const;
const shortTtlSeconds = 60;

/** The standby's saved outputs, and those of the primary, must be readable while AWS is down. */
export function judgeBackend({ url, s3Endpoint, secretsProviders }: BackendFacts): Finding {
  const providers = Object.entries(secretsProviders).map(([stack, provider]) => judgeSecrets(stack, provider));
  return worst([judgePlace(statePlace(url, s3Endpoint)), ...providers]);
}

function judgePlace({ shown, cloud }: StatePlace): Finding {
  const found = `the state is at ${shown}`;
  switch (cloud) {
    case "aws":
      return failed(found, "move the state out of AWS: when AWS is down, nothing can be provisioned without it");
    case "this-machine":
      return ok("the state is on this machine: back it up elsewhere");
    case "pulumi-cloud":
      return warning(
        found,
        "Pulumi Cloud itself runs in AWS (us-west-2): keep exports of both stacks elsewhere, or move the state",
      );
    case "unknown":
      return warning(found, "make sure that this service does not run in AWS");
    default:
      return ok(found);
  }
}

function judgeSecrets(stack: string, provider: string | undefined): Finding {
  const kind = provider?.split(":")[0];
  if (kind === "awskms") {
    return failed(
      `the secrets of ${stack} are opened by AWS KMS`,
      `change the secrets provider of ${stack}: without AWS its outputs cannot be read (\`pulumi stack change-secrets-provider\`)`,
    );
  }
  return ok(`the secrets of ${stack} are opened by ${kind ?? "a passphrase or the backend"}`);
}

/** What `docs/runbooks/state-lost.md` restores from. */
export function judgeStateBackup(copy: BackupFacts): Finding {
  switch (copy.kind) {
    case "current":
      return ok(`the state of ${copy.stack} is also at ${copy.where}`);
    case "stale":
      return warning(
        `the newest copy of the state of ${copy.stack} is of ${copy.takenAt}, and the state has changed since (${copy.where})`,
        "run `pilotlight up`: it changes nothing and renews the copy",
      );
    case "none":
      return warning(
        `${copy.where} has no copy of the state of ${copy.stack}`,
        "run `pilotlight up`: it changes nothing and makes the copy",
      );
    case "nowhere":
      return warning(
        `no copy of the state of ${copy.stack} is kept: ${copy.reason}`,
        "make sure that the backend's own storage is replicated or backed up",
      );
  }
}

/** Logical replication needs its WAL; a promoted standby must be able to go on with what the primary stored. */
export function judgeVersions(primary: ServerFacts, standby: ServerFacts): Finding {
  const major = ({ versionNumber }: ServerFacts): number => majorOf(versionNumber);
  const shown = `PostgreSQL ${versionText(primary)} at the primary, ${versionText(standby)} at the standby`;
  const { oldest, withOrigins } = postgresVersions;
  const least = Math.min(major(primary), major(standby));
  if (least < oldest) return failed(shown, `the driver needs PostgreSQL ${oldest} or later at both`);
  const notLogical = [
    ...(primary.walLevel === "logical" ? [] : ["the primary"]),
    ...(standby.walLevel === "logical" ? [] : ["the standby"]),
  ];
  if (notLogical.length > 0)
    return failed(
      `${shown}; wal_level is not logical at ${notLogical.join(" and ")}`,
      "set it, and restart the server",
    );
  if (major(standby) < major(primary))
    return failed(shown, "upgrade the standby first: what the primary's version can store, an older one may not");
  if (major(standby) > major(primary))
    return warning(shown, "upgrade the primary as well: on the way home the newer one is the source");
  if (least < withOrigins)
    return warning(
      shown,
      `it works, with the limits that docs/database.md names for versions before ${withOrigins}; upgrade both when you can`,
    );
  return ok(shown);
}

function versionText({ versionNumber }: ServerFacts): string {
  return `${Math.trunc(versionNumber / 10_000)}.${versionNumber % 10_000}`;
}

export function judgeSkew(where: string, { aheadMs, uncertaintyMs }: ServerFacts): Finding {
  const certain = Math.max(0, Math.abs(aheadMs) - uncertaintyMs);
  const shown = `the clock of ${where} is ${Math.abs(aheadMs / 1000).toFixed(1)} s ${aheadMs < 0 ? "behind" : "ahead"}`;
  if (certain < skew.warning) return ok(shown);
  const advice = `set the clocks of this host and of ${where} by NTP: the lag is measured with them`;
  return certain < skew.failed ? warning(shown, advice) : failed(shown, advice);
}

/** `limitSeconds`: how long a failover waits for the public name to answer from the new site. */
export function judgeTtl(ttlSeconds: number, limitSeconds: number): Finding {
  const shown = `the TTL of the public name's address is ${ttlSeconds} s`;
  if (ttlSeconds >= limitSeconds)
    return failed(shown, `lower it below ${limitSeconds} s: a failover would end before its users have moved`);
  if (ttlSeconds > shortTtlSeconds)
    return warning(shown, `${shortTtlSeconds} s or less: users stay with the failed site for that long`);
  return ok(shown);
}

/**
 * Users follow a failover where the public name leads to the traffic service: by a CNAME, by a chain of them, or flattened to its addresses
 * by the provider of the zone. `flattened`: where both names lead; only needed where no alias leads to the target.
 */
export function judgeAlias(name: string, target: string, alias: AliasFacts, flattened?: FlattenedFacts): Finding {
  if (alias.kind === "unable") return unknown(`${name}: ${alias.reason}`);
  if (leadsTo(alias, target)) {
    const through =
      alias.kind === "alias"
        ? alias.of.slice(
            0,
            alias.of.findIndex((each) => sameName(each, target)),
          )
        : [];
    return ok(`${name} is an alias of ${target}${through.length > 0 ? ` (through ${through.join(", ")})` : ""}`);
  }
  if (alias.kind === "alias" && alias.unfinished !== undefined) {
    return unknown(`${name} is an alias of ${alias.of.join(", ")}, and then: ${alias.unfinished}`);
  }
  const advice = `make ${name} a CNAME to ${target}: otherwise a failover moves nobody`;
  const shown = alias.kind === "alias" ? `is an alias of ${alias.of.join(", ")}` : `is no alias (${alias.reason})`;
  const last = alias.kind === "alias" ? alias.of.at(-1) : undefined;
  // It goes where the target leads at the moment, past the target.
  const isPast = last !== undefined && flattened?.targetLeadsTo.some((each) => sameName(each, last));
  if (flattened === undefined || isPast) return failed(`${name} ${shown}`, advice);
  const { addresses, targetAddresses } = flattened;
  if (addresses?.length === 0) return failed(`${name} ${shown}`, advice);
  if (addresses === undefined || targetAddresses === undefined || targetAddresses.length === 0) {
    return unknown(`${name} ${shown}, and its addresses could not be compared with those of ${target}`);
  }
  if (!addresses.some((each) => targetAddresses.includes(each))) {
    return failed(`${name} ${shown}, and its addresses are not those of ${target}`, advice);
  }
  return warning(
    `${name} ${shown}, and has the addresses of ${target}: its provider flattens the alias, or they were written by hand`,
    `make sure that it is an ALIAS (or flattened) record of ${target}: fixed addresses would move nobody`,
  );
}

/** By its aliases, as far as they were followed. */
export function leadsTo(alias: AliasFacts, target: string): boolean {
  return alias.kind === "alias" && alias.of.some((each) => sameName(each, target));
}

function sameName(one: string, other: string): boolean {
  const bare = (text: string): string => text.replace(/\.$/, "").toLowerCase();
  return bare(one) === bare(other);
}

/** A quota is enough where one node of a size that may be tried fits; how many are wanted is the cluster's business. */
export function judgeNodeQuota(nodeTypes: readonly string[], quotas: readonly Quota[]): Finding {
  if (nodeTypes.length === 0) return unknown("the stack names no node sizes");
  const rooms = nodeTypes.map((type) => ({ type, nodes: nodesThatFit(type, quotas) }));
  const shown = rooms
    .map(({ type, nodes }) => `${type}: ${nodes === undefined ? "not told" : `${nodes} more`}`)
    .join(", ");
  const known = rooms.filter((room) => room.nodes !== undefined);
  if (known.length === 0) return unknown(`the region tells no quota of ${nodeTypes.join(", ")}`);
  if (known.every(({ nodes }) => nodes === 0) && known.length === rooms.length)
    return failed(`no room for a node (${shown})`, "raise the quota: the standby could not be lit");
  const [first] = rooms;
  if (first?.nodes === 0)
    return warning(`no room for the first size (${shown})`, "raise its quota, or choose another size");
  return ok(`room for nodes by quota: ${shown}`);
}

function nodesThatFit(type: string, quotas: readonly Quota[]): number | undefined {
  const parsed = /^Standard_([A-Z]+)(\d+)(?:-\d+)?([a-z]*)(?:_(v\d+))?$/.exec(type);
  if (parsed === null) return undefined;
  const [, letters = "", cores = "1", features = "", version = ""] = parsed;
  const names = ["cores", `standard${letters}${features}${version}family`.toLowerCase()];
  const rooms = names.map((name) => quotas.find((quota) => quota.name.toLowerCase() === name));
  const left = rooms.flatMap((quota) => (quota === undefined ? [] : [quota.limit - quota.used]));
  return left.length === 0 ? undefined : Math.max(0, Math.floor(Math.min(...left) / Number(cores)));
}

export function judgePlacement(
  found: string,
  placement: "local" | "third-site",
  mode: "observe" | "approve" | "auto",
): Finding {
  if (placement === "third-site") return ok(found);
  if (mode !== "auto") return ok(`${found}; where a fence cannot be confirmed, a person decides`);
  return failed(
    found,
    "mode auto needs a witness at a third site (PILOTLIGHT_WITNESS): a local one proves nothing against a partition",
  );
}

/** Of a witness of several stores: one that is gone is not felt before the next one goes. */
export function judgeMembers(members: readonly WitnessMember[]): readonly Finding[] {
  if (members.length === 0) return [];
  const bad = members.flatMap(({ name, trouble }) => (trouble === undefined ? [] : [`${name}: ${trouble}`]));
  const shown = `${members.length - bad.length} of ${members.length} members answer`;
  if (bad.length > 0)
    return [warning(`${shown} (${bad.join("; ")})`, "repair it: the next one to fail stops every operation")];
  return members.length < 3 ? [warning(shown, "three members, one a site: with fewer none may fail")] : [ok(shown)];
}

/**
 * `operations`: newest first. A real failover has rehearsed as well as a drill; `noted` is the last drill by the driver's own note, which
 * outlives its journal and knows of live ones.
 */
export function judgeLastDrill(
  operations: readonly OperationSummary[],
  noted: ControlState["lastDrill"],
  now: Date,
): Finding {
  const rehearsals = operations.filter(
    ({ plan, state }) => isEnded(state) && (plan === "drill" || plan === "failover"),
  );
  const advice = "run `pilotlight drill`: what was never tried does not work";
  const done = rehearsals.find(({ state }) => state === "succeeded");
  const [good] = [
    ...(done === undefined ? [] : [{ what: done.plan, at: done.startedAt, id: done.id }]),
    ...(noted === undefined ? [] : [{ what: `${noted.kind} drill`, at: noted.at, id: noted.operationId }]),
  ].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  if (good === undefined) return warning("neither a drill nor a failover ever succeeded here", advice);
  const days = Math.floor((now.getTime() - Date.parse(good.at)) / dayMs);
  const shown = `the last ${good.what} that succeeded was ${days} days ago (${good.id})`;
  const [last] = rehearsals;
  if (last !== undefined && last.state !== "succeeded" && Date.parse(last.startedAt) > Date.parse(good.at))
    return warning(
      `${shown}; the one after it ${last.state} (${last.id})`,
      "look at its report, fix the cause, and repeat it",
    );
  return days > drillDays ? warning(shown, `${advice}; ${drillDays} days is long`) : ok(shown);
}
