import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasOrigins } from "../../../../automation/adapters/postgres/server-version.ts";
import { Session } from "../../../../automation/adapters/postgres/session.ts";
import { type DatabaseCase, openCase, soon } from "../../../support/database-case.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";

// The whole way on every pair of versions: versions.nightly.test.ts.
let pair: PostgresPair;
let each: DatabaseCase;
beforeAll(async () => {
  pair = await startPostgresPair(62, [], {}, { primary: "15", standby: "15" });
  each = await openCase(pair, "older");
  await each.database.prepare("primary", true, soon());
  await each.sql("primary", "create table items (id int primary key); insert into items values (1)", "app");
  await each.protect();
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

describe("PostgreSQL 15, which cannot tell where a row came from", () => {
  it("is told by its version", async () => {
    await using session = await Session.open(await each.endpoint("primary"), {
      signal: soon(),
      timeouts: { connect: 3000, statement: 5000 },
    });
    expect(await hasOrigins(session)).toBe(false);
  });

  it("is never made to follow both ways, by whoever made the second subscription", async () => {
    await each.sql(
      "primary",
      `create subscription pilotlight_primary connection 'host=127.0.0.1 port=1 dbname=x' publication pilotlight
       with (connect = false, slot_name = none, enabled = false, create_slot = false)`,
    );
    await expect(each.database.replicate("primary", "standby", { copy: false }, soon())).rejects.toMatchObject({
      code: "refused",
      field: "pilotlight_primary",
      message: expect.stringMatching(/has a subscription to the standby site.*rows would go round for ever/),
    });
    await each.sql("primary", "drop subscription pilotlight_primary");
    await each.database.replicate("primary", "standby", { copy: false }, soon());
  });

  it("cannot verify by its system's roots, and says so before anything has changed", async () => {
    const secured = (site: "primary" | "standby") => async () => ({
      ...(await each.endpoint(site)),
      sslMode: "require" as const,
    });
    const { requireReach } = await import("../../../../automation/adapters/postgres/requirements.ts");
    await using source = await open("primary");
    await using receiver = await open("standby");
    const link = {
      source,
      receiver,
      sourceEndpoint: await secured("primary")(),
      receiverEndpoint: await secured("standby")(),
    };
    await expect(
      requireReach({
        ...link,
        from: "primary",
        to: "standby",
        sourceSlots: source,
        receiverSlots: receiver,
        slotOf: (site) => site,
        signal: soon(),
      }),
    ).rejects.toMatchObject({
      code: "refused",
      field: "database.sslRootCert",
      message: expect.stringContaining("does not know sslrootcert=system"),
    });
  });
});

async function open(site: "primary" | "standby"): Promise<Session> {
  return Session.open(await each.endpoint(site), { signal: soon(), timeouts: { connect: 3000, statement: 5000 } });
}
