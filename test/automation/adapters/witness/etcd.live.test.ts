import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { EtcdClient, type EtcdClientOptions } from "../../../../automation/adapters/witness/etcd-client.ts";
import { findKey, putIfUnchanged } from "../../../../automation/adapters/witness/etcd-keys.ts";
import { etcdMembers } from "../../../../automation/adapters/witness/etcd-members.ts";
import { EtcdWitness } from "../../../../automation/adapters/witness/etcd-witness.ts";
import { EtcdCluster, etcdBinary } from "../../../support/witness-etcd.ts";
import { lossyProxy } from "../../../support/witness-proxy.ts";
import { TestServer } from "../../../support/witness-server.ts";
import { record, soon, type WitnessBench, witnessSuite } from "../../../support/witness-suite.ts";

let cluster: EtcdCluster;

async function store(application: string, value: string): Promise<void> {
  const key = `/pilotlight/witness/${application}`;
  const { entry } = await findKey(cluster.client(), key, soon());
  const put = { key, value, modRevision: entry?.modRevision ?? 0 };
  expect(await putIfUnchanged(cluster.client(), put, soon())).toMatchObject({ written: true });
}

const open = (): EtcdWitness => new EtcdWitness({ client: cluster.client() });

async function etcdBench(): Promise<WitnessBench> {
  cluster = await EtcdCluster.create("127.45.0");
  return {
    open,
    damage: (application) => store(application, '{"epoch":9}'),
    restart: async () => {
      await cluster.stop();
      await cluster.start();
    },
    hang: async () => {
      cluster.freeze();
      return async () => cluster.thaw();
    },
    close: () => cluster.close(),
  };
}

/** An authority, and one certificate of it for server and client, without a common name: the gateway refuses those where there are logins. */
function makeCertificates(directory: string, host: string) {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  const fresh = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(...fresh, "-x509", "-subj", "/CN=authority", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt");
  openssl(...fresh, "-subj", "/O=pilotlight", "-keyout", "tls.key", "-out", "tls.csr");
  writeFileSync(join(directory, "san"), `subjectAltName=IP:${host}\nextendedKeyUsage=serverAuth,clientAuth\n`);
  const by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
  openssl("x509", "-req", "-in", "tls.csr", ...by, "-days", "2", "-extfile", "san", "-out", "tls.crt");
  const read = (name: string): string => readFileSync(join(directory, name), "utf8");
  return { ca: read("ca.crt"), cert: read("tls.crt"), key: read("tls.key") };
}

describe.skipIf(etcdBinary === undefined)("etcd", () => {
  it("is asked with a client certificate and a login, and tells a refusal without either", async () => {
    const host = "127.45.0.5";
    const directory = await mkdtemp(join(tmpdir(), "pilotlight-etcd-tls-"));
    const tls = makeCertificates(directory, host);
    const url = `https://${host}:2379`;
    const args = ["etcd", `--data-dir=${join(directory, "data")}`, "--listen-peer-urls=unix://peer-tls:0"];
    const files = ["--cert-file=tls.crt", "--key-file=tls.key", "--trusted-ca-file=ca.crt", "--client-cert-auth"];
    const member = new TestServer({
      command: etcdBinary ?? "",
      args: [...args, ...files, `--listen-client-urls=${url}`, `--advertise-client-urls=${url}`, "--log-level=panic"],
      cwd: directory,
      host,
      port: 2379,
    });
    try {
      await member.start();
      const plain = new EtcdClient({ endpoints: [url], tls });
      const done = z.object({ header: z.unknown() });
      const password = "never shown";
      const root = { name: "root", password };
      await plain.call("/v3/auth/user/add", root, done, soon());
      await plain.call("/v3/auth/user/grant", { user: "root", role: "root" }, done, soon());
      await plain.call("/v3/auth/enable", {}, done, soon());
      const witness = (options: Partial<EtcdClientOptions>) =>
        new EtcdWitness({ client: new EtcdClient({ endpoints: [url], ...options }), limitMs: 3000 });
      const ours = witness({ tls, login: root });
      expect(await ours.compareAndSet("shop", 0, record("shop", 1), soon())).toMatchObject({ ok: true });
      // Its tokens do not outlive a restart; the login does.
      await member.stop();
      await member.start();
      expect(await ours.read("shop", soon())).toEqual(record("shop", 1));
      const wrong: unknown = await witness({ tls, login: { ...root, password: "wrong one" } })
        .read("shop", soon())
        .catch((error) => error);
      expect(wrong).toMatchObject({ code: "denied", retryable: false });
      expect(JSON.stringify(wrong)).not.toContain("wrong one");
      await expect(witness({ tls }).read("shop", soon())).rejects.toMatchObject({ code: "denied" });
      await expect(witness({ tls: { ca: tls.ca }, login: root }).read("shop", soon())).rejects.toMatchObject({
        code: "denied",
      });
      await expect(witness({ login: root }).read("shop", soon())).rejects.toMatchObject({
        code: "denied",
        message: expect.stringContaining("certificate"),
      });
    } finally {
      await member.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });

  it("goes on with signed tokens that a new user, their end or a restart has made stale", async () => {
    const host = "127.45.0.6";
    const directory = await mkdtemp(join(tmpdir(), "pilotlight-etcd-jwt-"));
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const [privateFile, publicFile] = [join(directory, "private.pem"), join(directory, "public.pem")];
    writeFileSync(privateFile, privateKey.export({ type: "pkcs1", format: "pem" }));
    writeFileSync(publicFile, publicKey.export({ type: "spki", format: "pem" }));
    const url = `http://${host}:2379`;
    const member = new TestServer({
      command: etcdBinary ?? "",
      args: [
        ...[
          "etcd",
          `--data-dir=${join(directory, "data")}`,
          "--listen-peer-urls=unix://peer-jwt:0",
          "--log-level=panic",
        ],
        ...[`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`],
        `--auth-token=jwt,pub-key=${publicFile},priv-key=${privateFile},sign-method=RS256,ttl=3s`,
      ],
      cwd: directory,
      host,
      port: 2379,
    });
    try {
      await member.start();
      const done = z.object({ header: z.unknown() });
      const root = { name: "root", password: "never shown" };
      const plain = new EtcdClient({ endpoints: [url] });
      await plain.call("/v3/auth/user/add", root, done, soon());
      await plain.call("/v3/auth/user/grant", { user: "root", role: "root" }, done, soon());
      await plain.call("/v3/auth/enable", {}, done, soon());
      const admin = new EtcdClient({ endpoints: [url], login: root });
      const witness = new EtcdWitness({ client: new EtcdClient({ endpoints: [url], login: root }), limitMs: 3000 });
      expect(await witness.compareAndSet("shop", 0, record("shop", 1), soon())).toMatchObject({ ok: true });
      await admin.call("/v3/auth/user/add", { name: "colleague", password: "another" }, done, soon());
      expect(await witness.read("shop", soon())).toEqual(record("shop", 1));
      await admin.call("/v3/auth/user/delete", { name: "colleague" }, done, soon());
      expect(await witness.compareAndSet("shop", 1, record("shop", 2), soon())).toMatchObject({ ok: true });
      // Past the tokens' time.
      await sleep(3500);
      expect(await witness.compareAndSet("shop", 2, record("shop", 3), soon())).toMatchObject({ ok: true });
      await member.stop();
      await member.start();
      expect(await witness.read("shop", soon())).toEqual(record("shop", 3));
      // What a second login does not mend is told, and not tried for ever.
      await admin.call("/v3/auth/user/add", { name: "nobody", password: "p" }, done, soon());
      const nobody = new EtcdClient({ endpoints: [url], login: { name: "nobody", password: "p" } });
      await expect(new EtcdWitness({ client: nobody, limitMs: 3000 }).read("shop", soon())).rejects.toMatchObject({
        code: "denied",
      });
    } finally {
      await member.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });

  witnessSuite("etcd witness", etcdBench, () => {
    it("goes on within its deadline when the member that leads freezes, or is killed", async () => {
      const witness = open();
      expect(witness.placement).toBe("third-site");
      await witness.compareAndSet("lead", 0, record("lead", 1), soon());
      const frozen = await cluster.leader();
      cluster.members[frozen]?.freeze();
      expect(await witness.compareAndSet("lead", 1, record("lead", 2), soon(9000))).toMatchObject({ ok: true });
      expect(await open().read("lead", soon(9000))).toEqual(record("lead", 2));
      cluster.members[frozen]?.thaw();
      const killed = await cluster.leader();
      await cluster.members[killed]?.stop();
      expect(await witness.compareAndSet("lead", 2, record("lead", 3), soon(9000))).toMatchObject({ ok: true });
      // Both that are left had to agree to that, so they know who leads.
      const members = await etcdMembers({ endpoints: cluster.endpoints, attemptMs: 5000 }, soon());
      expect(members.map(({ trouble }) => trouble !== undefined)).toEqual([0, 1, 2].map((index) => index === killed));
      await cluster.members[killed]?.start();
      expect(await open().read("lead", soon())).toEqual(record("lead", 3));
    });

    it("gives no answer without a majority, and none from a member that missed the last write", async () => {
      const witness = new EtcdWitness({ client: cluster.client({ attemptMs: 500 }), limitMs: 2500 });
      await witness.compareAndSet("stale", 0, record("stale", 1), soon());
      const [behind, ...others] = cluster.members;
      behind?.freeze();
      await witness.compareAndSet("stale", 1, record("stale", 2), soon());
      for (const member of others) member.freeze();
      behind?.thaw();
      try {
        for (const attempt of [
          () => witness.read("stale", soon()),
          () => witness.compareAndSet("stale", 2, record("stale", 3), soon()),
        ]) {
          const begun = performance.now();
          await expect(attempt()).rejects.toSatisfy(
            ({ code, retryable }) => ["unreachable", "timeout"].includes(code) && retryable,
          );
          expect(performance.now() - begun).toBeLessThan(3500);
        }
      } finally {
        cluster.thaw();
      }
      await sleep(100);
      // What was sent and not answered may have been done.
      expect([2, 3]).toContain((await open().read("stale", soon()))?.epoch);
    });

    it("notices a store that was put back to an earlier state, until a person accepts it", async () => {
      const witness = open();
      await witness.compareAndSet("back", 0, record("back", 1), soon());
      await cluster.stop();
      await cluster.save();
      await cluster.start();
      await witness.compareAndSet("back", 1, record("back", 2), soon());
      await cluster.stop();
      await cluster.putBack();
      await cluster.start();
      await expect(witness.read("back", soon())).rejects.toMatchObject({
        code: "fatal",
        message: expect.stringContaining("put back to an earlier state"),
      });
      // A backup restored by etcd's own tool is another cluster, so a fresh process notices as well.
      const { cluster: now } = await findKey(cluster.client(), "/x", soon());
      await store("back", JSON.stringify({ write: "w", cluster: `${now}1`, record: record("back", 1) }));
      const fresh = open();
      await expect(fresh.read("back", soon())).rejects.toMatchObject({ code: "fatal" });
      await expect(fresh.compareAndSet("back", 1, record("back", 2), soon())).rejects.toMatchObject({ code: "fatal" });
      await expect(fresh.acceptRestored("back", 1, soon())).rejects.toMatchObject({ code: "invalid-input" });
      const accepted = record("back", 40);
      expect(await fresh.acceptRestored("back", 40, soon())).toEqual(accepted);
      expect(await open().read("back", soon())).toEqual(accepted);
      expect(await fresh.compareAndSet("back", 40, record("back", 41), soon())).toMatchObject({ ok: true });
    });

    it("knows its own write again when the answer to it was lost", async () => {
      const [first = "", second = ""] = cluster.endpoints;
      for (const others of [[], [second]]) {
        await using proxy = await lossyProxy(first, "/txn");
        const endpoints = [proxy.url, ...others];
        const witness = new EtcdWitness({ client: new EtcdClient({ endpoints }) });
        const application = `lost-${endpoints.length}`;
        const next = record(application, 1);
        expect(await witness.compareAndSet(application, 0, next, soon())).toEqual({ ok: true, record: next });
      }
    });

    it("tells nobody there, something else there, and a list without members", async () => {
      const nobody = new EtcdWitness({ client: new EtcdClient({ endpoints: ["http://127.0.0.1:1"] }), limitMs: 400 });
      await expect(nobody.read("shop", soon())).rejects.toMatchObject({
        code: "unreachable",
        message: expect.stringContaining("ECONNREFUSED"),
      });
      expect(() => new EtcdClient({ endpoints: [] })).toThrow(expect.objectContaining({ code: "invalid-input" }));
      const wrongPath = new EtcdClient({ endpoints: cluster.endpoints.map((endpoint) => `${endpoint}/elsewhere`) });
      await expect(new EtcdWitness({ client: wrongPath }).read("shop", soon())).rejects.toMatchObject({
        code: "fatal",
      });
    });
  });
});
