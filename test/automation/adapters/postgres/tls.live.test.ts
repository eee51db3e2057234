import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabase } from "../../../../automation/adapters/postgres/database.ts";
import { Session } from "../../../../automation/adapters/postgres/session.ts";
import type { DatabaseEndpoint, Site } from "../../../../stacks/outputs.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { createAuthority, type PrivateAuthority } from "../../../support/postgres-tls.ts";

let pair: PostgresPair;
let authority: PrivateAuthority;
const soon = (): AbortSignal => AbortSignal.timeout(30_000);
const host = (site: Site): string => pair.endpoints[site].host;

/** The servers as declared: encrypted, and as `change` says. */
function declared(change: Partial<DatabaseEndpoint> = {}, trusted: "authority" | "default" = "authority") {
  const at = (site: Site) => async () => ({ ...pair.endpoints[site], sslMode: "require" as const, ...change });
  return new PostgresDatabase({
    endpoints: { primary: at("primary"), standby: at("standby") },
    authority: trusted === "default" ? undefined : authority.pem,
  });
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(50)) if (await check()) return;
  throw new Error(`${what}: not within 15 s`);
}

beforeAll(async () => {
  pair = await startPostgresPair(37);
  authority = await createAuthority(pair);
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

describe("TLS to databases", () => {
  it("is not given up where the server offers none", async () => {
    await expect(declared().prepare("primary", true, soon())).rejects.toMatchObject({
      code: "refused",
      retryable: false,
      message: expect.stringMatching(/127\.18\.250\.37:5432\/app: the server does not offer TLS; .*database\.sslMode/),
      field: "database.sslMode",
    });
  });

  it("refuses an authority that nobody vouches for, before anything has changed, and names host, cause and remedy", async () => {
    await authority.secure("primary", host("primary"));
    await authority.secure("standby", host("standby"));
    for (const site of ["primary", "standby"] as const) {
      // Reloaded a moment later.
      await until("TLS", async () => (await pair.sql(site, "show ssl"))[0]?.["ssl"] === "on");
      await sleep(300);
      const refused = await declared({}, "default")
        .prepare(site, true, soon())
        .catch((error) => error);
      expect(refused).toMatchObject({ code: "refused", retryable: false, field: "PILOTLIGHT_DATABASE_CA_FILE" });
      expect(refused.message).toContain(`${host(site)}:5432/app: the server's certificate is not trusted`);
      expect(refused.message).toMatch(/\(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE.*\)/);
      expect(await pair.sql(site, "select nspname from pg_namespace where nspname = 'pilotlight'")).toEqual([]);
      expect(await pair.sql(site, "select rolname from pg_roles where rolname = 'shop'")).toEqual([]);
    }
  });

  it("refuses a certificate for another host", async () => {
    await authority.secure("primary", "127.18.250.99");
    await sleep(300);
    await expect(declared().isWritable("primary", soon())).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(/127\.18\.250\.37.*ERR_TLS_CERT_ALTNAME_INVALID/),
    });
    await authority.secure("primary", host("primary"));
    await sleep(300);
  });

  it("takes one by the authority that is given", async () => {
    await declared().prepare("primary", true, soon());
    await declared().prepare("standby", false, soon());
    const endpoint = { ...pair.endpoints.primary, sslMode: "require" as const };
    const timeouts = { connect: 2000, statement: 2000 };
    await using session = await Session.open(endpoint, { signal: soon(), timeouts, authority: authority.pem });
    await session.run("select 1 / ssl::int from pg_stat_ssl where pid = pg_backend_pid()");
  });
});

describe("TLS between the servers", () => {
  const conninfo = async (): Promise<string> => {
    const [row] = await pair.sql("standby", "select subconninfo from pg_subscription");
    return String(row?.["subconninfo"]);
  };

  it("refuses to follow a source that the receiver does not trust, before the receiver is emptied", async () => {
    await pair.sql("primary", "create table orders (id int primary key); insert into orders values (1), (2)", "app");
    await pair.sql("standby", "create table orders (id int primary key); insert into orders values (3)");
    const refused = await declared()
      .replicate("primary", "standby", { copy: true }, soon())
      .catch((error) => error);
    expect(refused).toMatchObject({ code: "refused", field: "database.sslRootCert", value: "system" });
    expect(refused.message).toMatch(
      /127\.28\.250\.37:5432\/app cannot follow 127\.18\.250\.37:5432\/app: its TLS connection is not trusted \(.*certificate verify failed/,
    );
    expect(refused.message).not.toContain("password=");
    expect(await pair.sql("standby", "select id from orders")).toEqual([{ id: 3 }]);
    expect(await pair.sql("standby", "select subname from pg_subscription")).toEqual([]);
    expect(await pair.sql("primary", "select slot_name from pg_replication_slots")).toEqual([]);
  });

  it("names a file of roots that the receiver does not have", async () => {
    await expect(
      declared({ sslRootCert: "/nowhere/roots.pem" }).replicate("primary", "standby", { copy: true }, soon()),
    ).rejects.toMatchObject({ code: "refused", value: "/nowhere/roots.pem", field: "database.sslRootCert" });
  });

  it("follows with the certificate and the host verified by the roots that the receiver declares", async () => {
    const database = declared({ sslRootCert: authority.file });
    await database.replicate("primary", "standby", { copy: true }, soon());
    await until("sync", () => database.inSync("standby", soon()));
    expect(await conninfo()).toContain("sslmode='verify-full'");
    expect(await conninfo()).toContain(`sslrootcert='${authority.file}'`);
    expect(await pair.sql("standby", "select id from orders order by id")).toEqual([{ id: 1 }, { id: 2 }]);
    const unencrypted = await pair.sql(
      "primary",
      "select 1 from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'pilotlight_replicator' and not ssl",
    );
    expect(unencrypted).toEqual([]);
  });

  it("keeps following as it did where what it is told next would not be trusted", async () => {
    await expect(declared().replicate("primary", "standby", { copy: true }, soon())).rejects.toMatchObject({
      code: "refused",
      field: "database.sslRootCert",
    });
    expect(await conninfo()).toContain(authority.file);
    await pair.sql("primary", "insert into orders values (4)", "app");
    await until("the row", async () => (await pair.sql("standby", "select id from orders")).length === 3);
  });

  it("goes unverified only where that is declared", async () => {
    const database = declared({ sslRootCert: "unverified" });
    await database.replicate("primary", "standby", { copy: true }, soon());
    expect(await conninfo()).toContain("sslmode='require'");
    await pair.sql("primary", "insert into orders values (5)", "app");
    await until("the row", async () => (await pair.sql("standby", "select id from orders")).length === 4);
  });
});
