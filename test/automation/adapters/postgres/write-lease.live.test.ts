import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabases } from "../../../../automation/adapters/postgres/databases.ts";
import { layLease } from "../../../../automation/adapters/postgres/lease.ts";
import { LeaseRenewal } from "../../../../automation/adapters/postgres/lease-renewal.ts";
import { leaseAgentPassword, names } from "../../../../automation/adapters/postgres/names.ts";
import { Session } from "../../../../automation/adapters/postgres/session.ts";
import { ensureApplicationRole } from "../../../../automation/adapters/postgres/writes.ts";
import { systemClock } from "../../../../automation/adapters/system-clock.ts";
import { DriverError } from "../../../../automation/domain/errors.ts";
import type { WitnessRecord } from "../../../../automation/domain/witness-record.ts";
import { keepLease, type LeaseTurn } from "../../../../automation/lease-agent/keep-lease.ts";
import type { Witness } from "../../../../automation/ports/witness.ts";
import type { DatabaseEndpoint, Site } from "../../../../stacks/outputs.ts";
import { machineText, patience } from "../../../support/patience.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { record, soon } from "../../../support/witness-suite.ts";

/** Far below what may be declared, so that a test can wait for its end. */
const seconds = 2;
/** How long a session may outlive its lease: how often the watchman looks, ending it, and this busy machine. */
const boundMs = 1500;

let pair: PostgresPair;
/** Which sites are declared with a lease. */
const leased: Record<Site, boolean> = { primary: true, standby: true };
let database: PostgresDatabases;
const renewals: LeaseRenewal[] = [];
const agents: AbortController[] = [];

beforeAll(async () => {
  pair = await startPostgresPair(9);
  const endpoint = (site: Site) => async (): Promise<DatabaseEndpoint> => ({
    ...pair.endpoints[site],
    ...(leased[site] ? { writeLease: { seconds } } : {}),
  });
  database = new PostgresDatabases({ endpoints: { primary: endpoint("primary"), standby: endpoint("standby") } });
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.abort();
  for (const renewal of renewals.splice(0)) await renewal[Symbol.asyncDispose]();
});

function renewal(site: Site): LeaseRenewal {
  const { host, port, name, sslMode, adminPassword } = pair.endpoints[site];
  const made = new LeaseRenewal({
    ...{ host, port, name, sslMode, callMs: 1000 },
    password: leaseAgentPassword(adminPassword),
  });
  renewals.push(made);
  return made;
}

/** The agent, in this process. */
function agent(site: Site, witness: Witness, declared = seconds) {
  const stop = new AbortController();
  agents.push(stop);
  const turns: LeaseTurn[] = [];
  const options = { application: "shop", site, seconds: declared, witness, clock: systemClock };
  void keepLease({ ...options, database: renewal(site), onTurn: (turn) => turns.push(turn) }, stop.signal);
  return { turns, stop: () => stop.abort() };
}

/** A witness that says what the test wants it to. */
function witness(says: () => WitnessRecord | undefined): Witness {
  return {
    placement: "third-site",
    read: async () => says(),
    compareAndSet: async () => ({ ok: false, current: says() }),
  };
}

const app = (site: Site, text = "select 1 as one") => pair.sql(site, text, "app");
const expired = /password authentication failed/;

async function until(what: string, check: () => Promise<boolean>, milliseconds = patience(10_000)): Promise<void> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(50)) if (await check()) return;
  throw new Error(`${what}: not within ${milliseconds} ms (${machineText()})`);
}
const mayLogIn = (site: Site): Promise<boolean> =>
  app(site).then(
    () => true,
    () => false,
  );
const allTurns = (type: LeaseTurn["type"], turns: readonly LeaseTurn[]) => turns.filter((turn) => turn.type === type);

/** A session of the application that writes all the time; when it wrote last, and whether it was ended. */
async function writer(site: Site) {
  const { host, port, name, appUser: user, appPassword: password } = pair.endpoints[site];
  const client = new pg.Client({ host, port, database: name, user, password });
  const state = { lastAt: 0, ended: false };
  client.on("error", () => {});
  await client.connect();
  await client.query("create table if not exists written (at timestamptz)");
  void (async () => {
    try {
      for (;;) {
        await client.query("insert into written values (clock_timestamp())");
        state.lastAt = Date.now();
        await sleep(20);
      }
    } catch {
      state.ended = true;
    }
  })();
  return state;
}

describe("a write lease on a real PostgreSQL", () => {
  it("needs no superuser: an administrator such as clouds hand out is enough", async () => {
    const endpoint: DatabaseEndpoint = {
      ...{ ...pair.endpoints.standby, adminUser: "manager", adminPassword: "m", appUser: "managed" },
      writeLease: { seconds },
    };
    await pair.sql(
      "standby",
      `create role manager login createrole password 'm'; grant create on database app to manager;
       grant pg_signal_backend to manager; grant all on schema public to manager with grant option;
       grant all on database app to manager with grant option`,
    );
    const options = { signal: soon(), timeouts: { connect: 2000, statement: 4000 } };
    await using session = await Session.open(endpoint, options);
    await ensureApplicationRole(session, endpoint);
    await session.run("create schema pilotlight");
    await layLease(session, endpoint, seconds);
    await session.run("alter role managed login");
    const { host, port, name, sslMode, appUser: user, appPassword: password } = endpoint;
    const client = new pg.Client({ host, port, database: name, user, password });
    const ended = new Promise<void>((resolve) => client.on("error", () => resolve()));
    await client.connect();
    const own = new LeaseRenewal({ host, port, name, sslMode, callMs: 1000, password: leaseAgentPassword("m") });
    renewals.push(own);
    await own.ensureWatched(soon());
    await until(
      "a renewal",
      async () => !!(await own.renew(await own.readClock(soon()), soon()).catch(() => undefined)),
    );
    await Promise.race([
      ended,
      sleep(seconds * 1000 + boundMs).then(() => Promise.reject(new Error("it was not ended"))),
    ]);
    await own[Symbol.asyncDispose]();
    await pair.sql(
      "standby",
      `select pg_terminate_backend(pid) from pg_stat_activity where usename in ('pilotlight_lease', 'managed');
       drop schema pilotlight cascade; drop owned by pilotlight_lease, managed, manager cascade;
       drop role pilotlight_lease, managed, manager`,
    );
  });

  it("stops nobody before an agent has renewed it once", async () => {
    for (let round = 0; round < 2; round++) {
      await database.prepare("standby", false, soon());
      // As it was before there were leases.
      leased.primary = round > 0;
      await database.prepare("primary", true, soon());
    }
    expect(await database.writeLease("primary", soon())).toEqual({ seconds, inForce: false });
    await sleep(seconds * 1000 + 500);
    expect(await app("primary")).toEqual([{ one: 1 }]);
  });

  it("is renewed while the witness says that the site is active, and ends when it moves: logins at once, sessions within the bound", async () => {
    let says = record("shop", 3);
    const { turns } = agent(
      "primary",
      witness(() => says),
    );
    await until("a renewal", async () => allTurns("renewed", turns).length > 0);
    expect(await database.writeLease("primary", soon())).toEqual({ seconds, inForce: true });
    const session = await writer("primary");
    await sleep(2.5 * seconds * 1000);
    expect(session.ended).toBe(false);
    expect(await mayLogIn("primary")).toBe(true);
    expect(await database.isWritable("primary", soon())).toBe(true);

    says = record("shop", 4, { activeSite: "standby" });
    const moved = Date.now();
    await until("the end of the session", async () => session.ended);
    expect(session.lastAt - moved).toBeLessThan(seconds * 1000 + boundMs);
    await expect(app("primary")).rejects.toThrow(expired);
    expect(await database.isWritable("primary", soon())).toBe(false);
    expect(allTurns("held-back", turns)).not.toEqual([]);

    // The witness must not be believed when it goes back; when it goes on, the lease does as well.
    says = record("shop", 3);
    await sleep(seconds * 1000);
    expect(await mayLogIn("primary")).toBe(false);
    says = record("shop", 5);
    await until("a login", () => mayLogIn("primary"));
  });

  it("ends when it is withheld, and where the witness does not answer", async () => {
    let says = record("shop", 5);
    let answers = true;
    const { turns } = agent("primary", {
      ...witness(() => says),
      read: async () => {
        if (!answers) throw new DriverError("unreachable", "the witness does not answer");
        return says;
      },
    });
    await until("a login", () => mayLogIn("primary"));
    const lease = { site: "primary", seconds } as const;
    says = record("shop", 6, { writeLease: { ...lease, withheld: true } });
    await until("the end", async () => !(await mayLogIn("primary")), seconds * 1000 + boundMs);
    says = record("shop", 7, { writeLease: { ...lease, withheld: false } });
    await until("a login", () => mayLogIn("primary"));
    answers = false;
    await until("the end", async () => !(await mayLogIn("primary")), seconds * 1000 + boundMs);
    expect(allTurns("failed", turns)).not.toEqual([]);
    answers = true;
    await until("a login", () => mayLogIn("primary"));
  });

  it("ends sessions also where the agent is gone: the watchman is in the server", async () => {
    const own = renewal("primary");
    await own.ensureWatched(soon());
    await until(
      "a renewal",
      async () => (await own.renew(await own.readClock(soon()), soon()).catch(() => undefined)) !== undefined,
    );
    const session = await writer("primary");
    // As a node that dies: nobody says goodbye, and nobody renews.
    const died = Date.now();
    await own[Symbol.asyncDispose]();
    await until("the end of the session", async () => session.ended);
    expect(session.lastAt - died).toBeLessThan(seconds * 1000 + boundMs);
  });

  it("is not renewed without a watchman, too late, ahead of time, or by anybody else", async () => {
    const own = renewal("primary");
    const { adminPassword, host, port, name } = pair.endpoints.primary;
    const watchmen = `select pid from pg_stat_activity where usename = '${names.leaseAgent}' and query like 'call%'`;
    await own.ensureWatched(soon());
    await until("one watchman", async () => (await pair.sql("primary", watchmen)).length === 1);
    const late = await own.readClock(soon());
    await sleep(seconds * 1000 + 100);
    await expect(own.renew(late, soon())).rejects.toMatchObject({ message: expect.stringContaining("too late") });
    await expect(own.renew("2100-01-01", soon())).rejects.toMatchObject({
      message: expect.stringContaining("in the future"),
    });
    await pair.sql("primary", `select pg_terminate_backend(pid) from (${watchmen}) w`);
    await until("no watchman", async () => (await pair.sql("primary", watchmen)).length === 0);
    await expect(own.renew(await own.readClock(soon()), soon())).rejects.toMatchObject({
      message: expect.stringContaining("nobody watches"),
    });
    expect(await mayLogIn("primary")).toBe(false);
    // The application itself, with a session that the admin lets it have.
    await pair.sql("primary", "alter role shop valid until 'infinity'");
    for (const text of [
      "select pilotlight.renew_write_lease(clock_timestamp())",
      "select pilotlight.end_expired_writers()",
      "call pilotlight.watch_write_lease()",
      "alter role shop valid until 'infinity'",
    ]) {
      await expect(app("primary", text)).rejects.toThrow(/permission denied/);
    }
    // The agent's role may do nothing else.
    const client = new pg.Client({
      ...{ host, port, database: name, user: names.leaseAgent },
      password: leaseAgentPassword(adminPassword),
    });
    await client.connect();
    try {
      for (const text of [
        "alter role shop valid until 'infinity'",
        "alter role pilotlight_lease createrole",
        "select * from written",
        "select * from pilotlight.heartbeat",
        "create table mine (id int)",
        "set role shop",
      ]) {
        await expect(client.query(text)).rejects.toThrow(/permission denied|must be|denied/);
      }
      const [row] = (
        await client.query("select rolsuper, rolcreaterole, rolreplication from pg_roles where rolname = current_user")
      ).rows;
      expect(row).toEqual({ rolsuper: false, rolcreaterole: false, rolreplication: false });
    } finally {
      await client.end();
    }
  });

  it("is kept by several agents at once, also by one that is told of a longer lease than the database gives", async () => {
    const says = record("shop", 8);
    const kept = [seconds, 60].map((declared) =>
      agent(
        "primary",
        witness(() => says),
        declared,
      ),
    );
    await until("renewals", async () => kept.every(({ turns }) => allTurns("renewed", turns).length > 0));
    const watched = await writer("primary");
    await sleep(2 * seconds * 1000);
    kept[0]?.stop();
    await sleep(2 * seconds * 1000);
    expect(watched.ended).toBe(false);
    expect(await mayLogIn("primary")).toBe(true);
    kept[1]?.stop();
    await until("the end", async () => watched.ended);
  });

  it("has one watchman, however many agents came and went", async () => {
    for (let count = 0; count < 3; count++) await renewal("primary").ensureWatched(soon());
    const watchmen = `select count(*)::int as n from pg_stat_activity where usename = '${names.leaseAgent}' and query like 'call%'`;
    await until("one watchman", async () => (await pair.sql("primary", watchmen))[0]?.["n"] === 1);
  });

  it("fences a region that comes back by default, also against clients with its address", async () => {
    const says = record("shop", 8);
    const before = agent(
      "primary",
      witness(() => says),
    );
    await until("a renewal", async () => allTurns("renewed", before.turns).length > 0);
    const session = await writer("primary");
    before.stop();
    await pair.signal("primary", "SIGSTOP");
    await sleep(seconds * 1000 + 500);
    // Meanwhile the standby took over, and nobody can tell the primary.
    await pair.signal("primary", "SIGCONT");
    const back = Date.now();
    const { turns } = agent(
      "primary",
      witness(() => record("shop", 9, { activeSite: "standby" })),
    );
    for (let count = 0; count < 10; count++) {
      await expect(app("primary")).rejects.toThrow(expired);
      await sleep(50);
    }
    await until("a turn", async () => allTurns("held-back", turns).length > 0);
    // Who was in when the machine stood still has until the watchman's next look.
    expect(session.ended).toBe(true);
    expect(session.lastAt - back).toBeLessThan(boundMs);
  });

  it("is taken along by the moves: what opens is under a lease, what is planned to be fenced stays fenced", async () => {
    await database.openWrites("primary", soon());
    expect(await database.writeLease("primary", soon())).toEqual({ seconds, inForce: true });
    const says = record("shop", 10);
    const { turns } = agent(
      "primary",
      witness(() => says),
    );
    await until("a renewal", async () => allTurns("renewed", turns).length > 0);
    await database.replicate("primary", "standby", { copy: true }, soon());
    await until("sync", () => database.inSync("standby", soon()));
    const token = await database.fence("primary", soon());
    const renewed = allTurns("renewed", turns).length;
    await until("renewals", async () => allTurns("renewed", turns).length > renewed + 1);
    // A renewal lets nobody in who was fenced.
    await expect(app("primary")).rejects.toThrow(/not permitted to log in/);
    await database.awaitToken("standby", token, soon());
    await database.promote("standby", soon());
    await database.openWrites("standby", soon());
    expect(await app("standby")).toEqual([{ one: 1 }]);
    // Nobody keeps a lease there yet; who does begins it.
    expect(await database.writeLease("standby", soon())).toEqual({ seconds, inForce: false });
    const there = agent(
      "standby",
      witness(() => record("shop", 11, { activeSite: "standby" })),
    );
    await until("a renewal", async () => allTurns("renewed", there.turns).length > 0);
    expect(await database.writeLease("standby", soon())).toEqual({ seconds, inForce: true });
    expect(await app("standby")).toEqual([{ one: 1 }]);
    there.stop();
    await until("the end", async () => !(await mayLogIn("standby")), seconds * 1000 + boundMs);
  });

  it("goes when the site is no longer declared with one", async () => {
    leased.standby = false;
    expect(await database.writeLease("standby", soon())).toBeUndefined();
    await database.prepare("standby", true, soon());
    await sleep(seconds * 1000 + 500);
    expect(await app("standby")).toEqual([{ one: 1 }]);
  });
});
