import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../automation/adapters/system-clock.ts";
import { EtcdLeases } from "../../../automation/adapters/witness/etcd-leases.ts";
import { FileWitness } from "../../../automation/adapters/witness/file-witness.ts";
import { MigratingWitness } from "../../../automation/adapters/witness/migrating-witness.ts";
import { createApp } from "../../../automation/composition/app.ts";
import { createWitness } from "../../../automation/composition/create-witness.ts";
import { readSettings } from "../../../automation/composition/settings.ts";

let directory: string;
const file = (name: string): string => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pilotlight-witness-settings-"));
  writeFileSync(file("password"), "never shown\n");
  writeFileSync(file("empty"), "");
  chmodSync(file("password"), 0o600);
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = (variables: Readonly<Record<string, string>> = {}) => readSettings(variables, directory).witness;
const store = (variables: Readonly<Record<string, string>> = {}) =>
  createWitness(read(variables), {
    stateDirectory: directory,
    clock: systemClock,
    notifier: { notify: async () => {} },
  });
const choose = (variables: Readonly<Record<string, string>> = {}) => store(variables).witness;
const etcd = {
  PILOTLIGHT_WITNESS: "etcd",
  PILOTLIGHT_ETCD_ENDPOINTS: "https://a.example:2379, https://b.example:2379",
};
const table = {
  PILOTLIGHT_WITNESS: "azure-table",
  PILOTLIGHT_WITNESS_TABLE_ENDPOINT: "https://acct.table.core.windows.net/",
  PILOTLIGHT_WITNESS_PRIMARY_URL: "https://shop.aws.example/health",
  PILOTLIGHT_WITNESS_STANDBY_URL: "https://shop.azure.example/health",
};

describe("choosing the witness", () => {
  it("takes the file unless told otherwise, and is what the app is made with", () => {
    expect(read()).toEqual({ store: "file" });
    expect(choose()).toBeInstanceOf(FileWitness);
    expect(choose().placement).toBe("local");
    const app = createApp({ PILOTLIGHT_ENVIRONMENT: "alpha", ...etcd }, directory);
    expect(app.settings).toMatchObject({ witness: { store: "etcd" }, leaseSeconds: 15 });
    // Only etcd lets several drivers share the work.
    expect(app.witness.leases).toBeInstanceOf(EtcdLeases);
    expect([store().leases, store(table).leases]).toEqual([undefined, undefined]);
    // What a person's shell holds for another store is not looked at.
    expect(read({ PILOTLIGHT_ETCD_USER: "root" })).toEqual({ store: "file" });
  });

  it("takes etcd with its members, a certificate and a login", () => {
    expect(read(etcd)).toEqual({
      store: "etcd",
      endpoints: ["https://a.example:2379", "https://b.example:2379"],
      prefix: undefined,
      caFile: undefined,
      client: undefined,
      login: undefined,
    });
    const login = { PILOTLIGHT_ETCD_USER: "driver", PILOTLIGHT_ETCD_PASSWORD_FILE: file("password") };
    const witness = choose({ ...etcd, ...login, PILOTLIGHT_ETCD_PREFIX: "/shop" });
    expect(witness).toBeInstanceOf(MigratingWitness);
    expect(witness.placement).toBe("third-site");
    expect(JSON.stringify(read({ ...etcd, ...login }))).not.toContain("never shown");
  });

  it("takes the functions' table, which proves nothing unless it is said to be at a third site", () => {
    expect(read(table)).toMatchObject({
      table: "failoverstate",
      row: "state",
      placement: "local",
      endpoints: { primary: table.PILOTLIGHT_WITNESS_PRIMARY_URL, secondary: table.PILOTLIGHT_WITNESS_STANDBY_URL },
      login: undefined,
    });
    const witness = choose({ ...table, PILOTLIGHT_WITNESS_PLACEMENT: "third-site" });
    expect(witness).toBeInstanceOf(MigratingWitness);
    expect(witness.placement).toBe("third-site");
    const login = { PILOTLIGHT_WITNESS_TABLE_ACCOUNT: "acct", PILOTLIGHT_WITNESS_TABLE_KEY_FILE: file("password") };
    expect(choose({ ...table, ...login })).toBeInstanceOf(MigratingWitness);
  });

  it.each([
    [{ PILOTLIGHT_WITNESS: "zookeeper" }, 'PILOTLIGHT_WITNESS is "zookeeper": expected file, azure-table or etcd'],
    [{ PILOTLIGHT_WITNESS: "etcd" }, "PILOTLIGHT_ETCD_ENDPOINTS is not set: expected the members' addresses"],
    [
      { ...etcd, PILOTLIGHT_ETCD_ENDPOINTS: "etcd-1:2379" },
      'PILOTLIGHT_ETCD_ENDPOINTS is "etcd-1:2379": expected an address such as https://etcd-1.example:2379',
    ],
    [
      { ...etcd, PILOTLIGHT_ETCD_ENDPOINTS: "ftp://root:hush@a" },
      'PILOTLIGHT_ETCD_ENDPOINTS is "ftp://root:***@a": expected an address',
    ],
    [{ ...etcd, PILOTLIGHT_ETCD_PREFIX: "shop/" }, 'PILOTLIGHT_ETCD_PREFIX is "shop/": expected a path'],
    [
      { ...etcd, PILOTLIGHT_ETCD_USER: "root" },
      "PILOTLIGHT_ETCD_PASSWORD_FILE is not set: expected together with PILOTLIGHT_ETCD_USER",
    ],
    [
      { ...etcd, PILOTLIGHT_ETCD_CERT_FILE: "a.crt" },
      "PILOTLIGHT_ETCD_KEY_FILE is not set: expected together with PILOTLIGHT_ETCD_CERT_FILE",
    ],
    [
      { PILOTLIGHT_WITNESS: "azure-table" },
      "PILOTLIGHT_WITNESS_TABLE_ENDPOINT is not set: expected an address such as https://account.table",
    ],
    [
      { ...table, PILOTLIGHT_WITNESS_PLACEMENT: "azure" },
      'PILOTLIGHT_WITNESS_PLACEMENT is "azure": expected third-site',
    ],
    [
      { ...table, PILOTLIGHT_WITNESS_TABLE_ACCOUNT: "acct" },
      "PILOTLIGHT_WITNESS_TABLE_KEY_FILE is not set: expected together with PILOTLIGHT_WITNESS_TABLE_ACCOUNT",
    ],
    [{ ...etcd, PILOTLIGHT_LEASE_SECONDS: "2" }, 'PILOTLIGHT_LEASE_SECONDS is "2": 5 seconds or more'],
    [{ ...table, PILOTLIGHT_WITNESS_TABLE_NAME: "fail-over" }, 'PILOTLIGHT_WITNESS_TABLE_NAME is "fail-over"'],
  ])("names what is wrong: %j", (variables: Readonly<Record<string, string>>, message) => {
    expect(() => read(variables)).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect(() => read(variables)).toThrow(message);
  });

  it("names a file of a credential that is missing or empty", () => {
    for (const name of ["gone", "empty"]) {
      const variables = { ...etcd, PILOTLIGHT_ETCD_USER: "root", PILOTLIGHT_ETCD_PASSWORD_FILE: file(name) };
      expect(() => choose(variables)).toThrow(
        expect.objectContaining({ code: "invalid-input", field: "PILOTLIGHT_ETCD_PASSWORD_FILE", value: file(name) }),
      );
    }
  });
});
