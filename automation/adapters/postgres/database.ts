import type { DatabaseEndpoint, Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { otherSite } from "../../domain/protection.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type {
  Database,
  DrillCopy,
  FenceOptions,
  Lag,
  Preparation,
  PromotionEvidence,
  ProofToken,
  SchemaDifference,
  StrandedAccount,
  StrandedWrite,
  WriteLease,
} from "../../ports/database.ts";
import type {
  DatabaseAudit,
  RestoreOptions,
  RestoreResult,
  VerifyOptions,
  VerifyResult,
} from "../../ports/database-audit.ts";
import { requireCarried } from "./adoption.ts";
import { compareSites, isUnpublished } from "./compare-sites.ts";
import { dropDrillCopy, dropDrillRole, makeDrillCopy } from "./drill-copy.ts";
import { closeWrites, fence } from "./fence.ts";
import { readRisk, writeRisk } from "./followed.ts";
import { layFoundation } from "./foundation.ts";
import { awaitTokenRow, dropFinals, hasHeartbeats, lagOf, writeHeartbeat } from "./heartbeat.ts";
import { isLeftLeased, layLease, leaseOf } from "./lease.ts";
import type { Link } from "./link.ts";
import { drillPassword, names, replicatorPassword } from "./names.ts";
import { requireNonePrepared } from "./prepared-transactions.ts";
import { promote, settlePromotions } from "./promote.ts";
import { adoptNews, keepRunning, startWithCopy, startWithoutCopy } from "./replicate.ts";
import { requireFreeSlot, requireReach, requireVersion } from "./requirements.ts";
import { restoreLost } from "./restore-lost.ts";
import { isNothing, schemaDrift } from "./schema-drift.ts";
import { Session, type SessionOptions } from "./session.ts";
import { findStranded, whyNotEqual } from "./stranded.ts";
import { subscriptionOf } from "./subscription.ts";
import { whyNotInSync } from "./sync-check.ts";
import { verifySites } from "./verify.ts";
import { ensureApplicationRole, mayWrite, openWrites, requireSource } from "./writes.ts";

/** A database server as its cloud manages it. */
export interface ManagedServer {
  /** Names of parameters that are set and take effect at the next restart. */
  pendingParameters(signal: AbortSignal): Promise<readonly string[]>;
  /** Cuts every client; the server accepts connections again when this returns. */
  restart(signal: AbortSignal): Promise<void>;
}

export interface PostgresDatabaseOptions {
  /** Where each site's database is now, from the stack's outputs. */
  readonly endpoints: Readonly<Record<Site, (signal: AbortSignal) => Promise<DatabaseEndpoint>>>;
  /** Milliseconds to connect. Default 3,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds for one statement. Default 8,000. */
  readonly statementTimeoutMs?: number;
  /** The endpoints' database is a further one of its server, by this name; its slots then have names of their own. */
  readonly further?: string;
  /** Servers that may be restarted while they serve nobody. Default: none. */
  readonly servers?: Partial<Readonly<Record<Site, () => Promise<ManagedServer>>>>;
  /** PEM of the authorities behind the servers' certificates, the only ones to trust. Default: the system's, the clouds' own. */
  readonly authority?: string | undefined;
}

/** Milliseconds that a whole verb may take; the caller's signal can only shorten it. */
const limits = {
  quick: 12_000,
  fence: 20_000,
  promote: 60_000,
  replicate: 180_000,
  adopt: 90_000,
  /** As long as its stage's attempt: where the slot is gone, both sites are read in full. */
  stranded: 3_600_000,
  /** At a person's pace: a large database, slowly. */
  audit: 86_400_000,
  /** As long as its stage's attempt: gigabytes are to be read and written. */
  drill: 3_600_000,
} as const;
const fencePatienceMs = 8000;

/** PostgreSQL 15 or later at both sites, with logical replication between them. */
export class PostgresDatabase implements Database, DatabaseAudit {
  readonly #options: PostgresDatabaseOptions;

  constructor(options: PostgresDatabaseOptions) {
    this.#options = options;
  }

  async prepare(site: Site, writable: boolean, signal: AbortSignal): Promise<Preparation> {
    const restartedFor = writable ? [] : await this.#applyPending(site, signal);
    await this.#at("prepare", site, limits.promote, signal, async (session, endpoint, inner) => {
      await this.#layAll(session, endpoint);
      const open = await mayWrite(session, endpoint);
      if (writable && (!open || (await isLeftLeased(session, endpoint)))) await openWrites(session, endpoint, site);
      if (!writable && open) await closeWrites(session, endpoint, fencePatienceMs, inner);
    });
    return { restartedFor };
  }

  /** A server that the application may log in at is left alone: what it lacks is then told by `layFoundation`. */
  async #applyPending(site: Site, signal: AbortSignal): Promise<readonly string[]> {
    const server = await this.#options.servers?.[site]?.();
    const pending = (await server?.pendingParameters(signal)) ?? [];
    if (server === undefined || pending.length === 0 || (await this.isWritable(site, signal))) return [];
    await server.restart(signal);
    return pending;
  }

  /** As `prepare`, and says nothing about who may write. */
  layFoundation(site: Site, signal: AbortSignal): Promise<void> {
    return this.#at("prepare", site, limits.promote, signal, (session, endpoint) => this.#layAll(session, endpoint));
  }

  /** Takes back the tokens that this database gave when its site was fenced: the next fence gives a new one. */
  dropTokens(site: Site, signal: AbortSignal): Promise<void> {
    return this.#at("openWrites", site, limits.quick, signal, async (session) => {
      await requireSource(session, site);
      await dropFinals(session, site);
    });
  }

  isWritable(site: Site, signal: AbortSignal): Promise<boolean> {
    return this.#at("isWritable", site, limits.quick, signal, mayWrite);
  }

  requireFenceable(site: Site, signal: AbortSignal): Promise<void> {
    return this.#at("requireFenceable", site, limits.quick, signal, requireNonePrepared);
  }

  fence(site: Site, signal: AbortSignal, options: FenceOptions = {}): Promise<ProofToken> {
    return this.#at("fence", site, limits.fence, signal, async (session, endpoint, inner) => {
      // One that was declared after its site was first protected.
      if (this.#options.further !== undefined && !(await hasHeartbeats(session)))
        await layFoundation(session, endpoint);
      const endPrepared = options.endPrepared ?? false;
      return await fence(session, endpoint, site, { patienceMs: fencePatienceMs, endPrepared, signal: inner });
    });
  }

  openWrites(site: Site, signal: AbortSignal): Promise<void> {
    return this.#at("openWrites", site, limits.quick, signal, (session, endpoint) =>
      openWrites(session, endpoint, site),
    );
  }

  writeLease(site: Site, signal: AbortSignal): Promise<WriteLease | undefined> {
    return this.#at("writeLease", site, limits.quick, signal, leaseOf);
  }

  /** The application's login ends by itself, and nobody is meant to renew it. */
  isLeftLeased(site: Site, signal: AbortSignal): Promise<boolean> {
    return this.#at("isLeftLeased", site, limits.quick, signal, isLeftLeased);
  }

  async heartbeat(site: Site, signal: AbortSignal): Promise<void> {
    await this.#at("heartbeat", site, limits.quick, signal, (session) => writeHeartbeat(session, site, "beat"));
  }

  lag(receiver: Site, signal: AbortSignal): Promise<Lag> {
    return this.#at("lag", receiver, limits.quick, signal, async (session) => ({
      ...(await lagOf(session, receiver)),
      ...(await readRisk(session, receiver)),
    }));
  }

  /** Waits as long as `signal` lets it: how long is right depends on the lag, which the caller knows. */
  async awaitToken(receiver: Site, token: ProofToken, signal: AbortSignal): Promise<void> {
    const endpoint = await this.#endpoint(receiver, signal);
    await using session = await this.#open(endpoint, signal);
    await awaitTokenRow(session, receiver, token, signal);
  }

  promote(receiver: Site, signal: AbortSignal): Promise<PromotionEvidence> {
    return this.#at("promote", receiver, limits.promote, signal, (session, _endpoint, inner) =>
      promote(session, receiver, inner),
    );
  }

  replicate(from: Site, to: Site, options: { readonly copy: boolean }, signal: AbortSignal): Promise<void> {
    if (from === to) throw new DriverError("invalid-input", `replicate from ${from} to itself`);
    return withDeadline(
      { what: `replicate ${from} to ${to}`, milliseconds: limits.replicate, signal },
      async (inner) => {
        await using link = await this.#link(from, to, inner);
        await this.#requireFenced(link.receiver, link.receiverEndpoint, to);
        if (await keepRunning(link, options.copy)) return;
        if (options.copy) {
          // Before the receiver is emptied.
          await requireReach(link);
          await requireFreeSlot(link);
          await startWithCopy(link);
          return;
        }
        await this.#requireFenced(link.source, link.sourceEndpoint, from);
        await this.#requireEqual(link);
        await startWithoutCopy(link);
      },
    );
  }

  adoptTables(from: Site, to: Site, signal: AbortSignal): Promise<readonly string[]> {
    if (from === to) throw new DriverError("invalid-input", `adopt tables from ${from} at itself`);
    return withDeadline(
      { what: `adopt tables of ${from} at ${to}`, milliseconds: limits.adopt, signal },
      async (inner) => {
        if (!(await this.#hasDrifted(from, to, inner))) return [];
        await using link = await this.#link(from, to, inner);
        await this.#requireFenced(link.receiver, link.receiverEndpoint, to);
        const adoption = await adoptNews(link);
        if (adoption === undefined) return [];
        requireCarried(link, adoption);
        return adoption.tables;
      },
    );
  }

  compareSchemas(from: Site, to: Site, signal: AbortSignal): Promise<readonly SchemaDifference[]> {
    return withDeadline(
      { what: `compare schemas of ${from} and ${to}`, milliseconds: limits.adopt, signal },
      async (inner) => {
        const endpoint = await this.#endpoint(to, inner);
        await using receiver = await this.#open(endpoint, inner);
        await using source = await this.#open(await this.#endpoint(from, inner), inner);
        return await compareSites(source, receiver, to, endpoint.appUser);
      },
    );
  }

  syncSchema(from: Site, to: Site, signal: AbortSignal): Promise<readonly SchemaDifference[]> {
    return withDeadline(
      { what: `carry the schema of ${from} to ${to}`, milliseconds: limits.drill, signal },
      async (inner) => {
        await using link = await this.#link(from, to, inner);
        await this.#requireFenced(link.receiver, link.receiverEndpoint, to);
        const adoption = await adoptNews(link, true);
        if (adoption === undefined) {
          throw new DriverError("refused", `${to} does not follow ${from}: reprotect makes its schema the same`);
        }
        return await compareSites(link.source, link.receiver, to, link.receiverEndpoint.appUser);
      },
    );
  }

  async inSync(to: Site, signal: AbortSignal): Promise<boolean> {
    return (await this.whyNotInSync(to, signal)) === undefined;
  }

  whyNotInSync(to: Site, signal: AbortSignal): Promise<string | undefined> {
    return this.#at("inSync", to, limits.promote, signal, (session, _endpoint, inner) =>
      whyNotInSync(session, to, () => this.#openIfThere(otherSite(to), inner), inner),
    );
  }

  stranded(
    oldSource: Site,
    take: (write: StrandedWrite) => Promise<void>,
    signal: AbortSignal,
  ): Promise<StrandedAccount> {
    const receiver = otherSite(oldSource);
    return withDeadline({ what: `stranded at ${oldSource}`, milliseconds: limits.stranded, signal }, async (inner) => {
      const endpoint = await this.#endpoint(oldSource, inner);
      await using slots = await this.#open(endpoint, inner, replicatorLogin(endpoint));
      await using source = await this.#open(endpoint, inner);
      await using admin = await this.#open(await this.#endpoint(receiver, inner), inner);
      const slot = this.#slotOf(receiver);
      return await findStranded({ oldSource, source, slots, receiver: admin, slot }, take);
    });
  }

  verify(options: VerifyOptions, signal: AbortSignal): Promise<VerifyResult> {
    const { from, to } = options;
    return withDeadline({ what: `verify ${to} against ${from}`, milliseconds: limits.audit, signal }, async (inner) => {
      await using source = await this.#open(await this.#endpoint(from, inner), inner);
      await using receiver = await this.#open(await this.#endpoint(to, inner), inner);
      return await verifySites({ source, receiver }, options, inner);
    });
  }

  restoreLost(
    site: Site,
    writes: () => AsyncIterable<StrandedWrite>,
    options: RestoreOptions,
    signal: AbortSignal,
  ): Promise<RestoreResult> {
    return this.#at("restore lost rows", site, limits.audit, signal, async (session, endpoint) => {
      await requireSource(session, site);
      if (!(await mayWrite(session, endpoint))) {
        throw new DriverError("refused", `the ${site} site is fenced: lost rows go to the active site`, {
          ...{ field: "--to", value: site, expected: "the site that the application writes" },
        });
      }
      return await restoreLost(session, writes, options);
    });
  }

  async makeDrillCopies(site: Site, signal: AbortSignal): Promise<readonly DrillCopy[]> {
    const made = await this.#at("drill copy", site, limits.drill, signal, (session, endpoint, inner) =>
      makeDrillCopy(session, endpoint, site, (name, as) =>
        this.#open({ ...endpoint, name }, inner, as === "drill" ? drillLogin(endpoint) : undefined),
      ),
    );
    return [made];
  }

  /** The role is dropped with the application's own database: the last of the set. */
  dropDrillCopies(site: Site, signal: AbortSignal): Promise<readonly string[]> {
    return this.#at("end of the drill copy", site, limits.promote, signal, async (session, endpoint) => {
      const dropped = await dropDrillCopy(session, endpoint);
      if (this.#options.further === undefined) await dropDrillRole(session);
      return dropped ? [names.drillCopy(endpoint.name)] : [];
    });
  }

  /** Undefined: the site does not answer, so there is nothing to compare with. */
  async #openIfThere(site: Site, signal: AbortSignal): Promise<Session | undefined> {
    try {
      return await this.#open(await this.#endpoint(site, signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DriverError && (error.code === "unreachable" || error.code === "timeout")) return undefined;
      throw error;
    }
  }

  /** Looks only: this is asked every few seconds, and mostly for nothing. */
  async #hasDrifted(from: Site, to: Site, signal: AbortSignal): Promise<boolean> {
    await using receiver = await this.#open(await this.#endpoint(to, signal), signal);
    const subscription = await subscriptionOf(receiver, to);
    if (subscription === undefined || !subscription.enabled || subscription.slot === null) return false;
    await using source = await this.#open(await this.#endpoint(from, signal), signal);
    const same = isNothing(await schemaDrift(source, receiver, to, subscription)) && !(await isUnpublished(source));
    if (same) await writeRisk(receiver, to, { atRisk: [], losing: [] });
    return !same;
  }

  async #at<T>(
    verb: string,
    site: Site,
    milliseconds: number,
    signal: AbortSignal,
    work: (session: Session, endpoint: DatabaseEndpoint, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return withDeadline({ what: `${verb} at ${site}`, milliseconds, signal }, async (inner) => {
      const endpoint = await this.#endpoint(site, inner);
      await using session = await this.#open(endpoint, inner);
      return await work(session, endpoint, inner);
    });
  }

  /** The lease is the role's, so it lives in the application's own database alone. */
  async #layAll(session: Session, endpoint: DatabaseEndpoint): Promise<void> {
    await requireVersion(session);
    await ensureApplicationRole(session, endpoint);
    await layFoundation(session, endpoint);
    const { writeLease } = endpoint;
    if (writeLease !== undefined && this.#options.further === undefined) {
      await layLease(session, endpoint, writeLease.seconds);
    }
  }

  readonly #slotOf = (receiver: Site): string => names.slot(receiver, this.#options.further);

  #endpoint(site: Site, signal: AbortSignal): Promise<DatabaseEndpoint> {
    return this.#options.endpoints[site](signal);
  }

  /** Default: the admin. */
  #open(endpoint: DatabaseEndpoint, signal: AbortSignal, login?: SessionOptions["login"]): Promise<Session> {
    return Session.open(endpoint, {
      signal,
      timeouts: {
        connect: this.#options.connectTimeoutMs ?? 3000,
        statement: this.#options.statementTimeoutMs ?? 8000,
      },
      ...(login === undefined ? {} : { login }),
      authority: this.#options.authority,
    });
  }

  async #requireFenced(session: Session, endpoint: DatabaseEndpoint, site: Site): Promise<void> {
    if (!(await mayWrite(session, endpoint))) return;
    throw new DriverError(
      "refused",
      `the ${site} site is writable (role ${endpoint.appUser} at ${session.where}); fence it first`,
    );
  }

  /** Streaming "from here on" is right only between equal sites: what a slot still holds would be lost without a word. */
  async #requireEqual(link: Link): Promise<void> {
    for (const [source, slots, receiver, site] of [
      [link.receiver, link.receiverSlots, link.source, link.from],
      [link.source, link.sourceSlots, link.receiver, link.to],
    ] as const) {
      const reason = await whyNotEqual(source, slots, receiver, site, link.slotOf(site));
      if (reason !== undefined) throw new DriverError("refused", `${reason}; a full copy is needed`);
    }
    // The slots go next; where that is interrupted, the answer stays.
    await settlePromotions(link.source, link.from);
    await settlePromotions(link.receiver, link.to);
  }

  async #link(from: Site, to: Site, signal: AbortSignal) {
    const sourceEndpoint = await this.#endpoint(from, signal);
    const receiverEndpoint = await this.#endpoint(to, signal);
    const stack = new AsyncDisposableStack();
    try {
      const source = stack.use(await this.#open(sourceEndpoint, signal));
      const receiver = stack.use(await this.#open(receiverEndpoint, signal));
      for (const session of [source, receiver]) await requireVersion(session);
      // The replicator can log in only once the foundation is there.
      await layFoundation(source, sourceEndpoint);
      await layFoundation(receiver, receiverEndpoint);
      const sourceSlots = stack.use(await this.#open(sourceEndpoint, signal, replicatorLogin(sourceEndpoint)));
      const receiverSlots = stack.use(await this.#open(receiverEndpoint, signal, replicatorLogin(receiverEndpoint)));
      const parts = {
        from,
        to,
        source,
        receiver,
        sourceSlots,
        receiverSlots,
        sourceEndpoint,
        receiverEndpoint,
        slotOf: this.#slotOf,
        signal,
      };
      return { ...parts, [Symbol.asyncDispose]: () => stack.disposeAsync() };
    } catch (error) {
      await stack.disposeAsync();
      throw error;
    }
  }
}

function replicatorLogin({ adminPassword }: DatabaseEndpoint) {
  return { user: names.replicator, password: replicatorPassword(adminPassword) };
}

function drillLogin({ adminPassword }: DatabaseEndpoint) {
  return { user: names.drill, password: drillPassword(adminPassword) };
}
