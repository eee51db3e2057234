import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import dnsPacket, { type Answer as DnsAnswer } from "dns-packet";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { awsAccount } from "../../../automation/adapters/aws/account.ts";
import { ArmClient } from "../../../automation/adapters/azure/arm-client.ts";
import { computeQuotas } from "../../../automation/adapters/azure/quotas.ts";
import { serverFacts } from "../../../automation/adapters/postgres/server-facts.ts";
import { lookUpAddresses, lookUpAlias } from "../../../automation/adapters/probe/alias.ts";
import { backendFacts } from "../../../automation/adapters/pulumi/backend.ts";
import { runCommand } from "../../../automation/adapters/run-command.ts";
import { judgeAlias } from "../../../automation/preflight/judge.ts";
import { serve } from "../../support/local-server.ts";
import { type PostgresPair, startPostgresPair } from "../../support/postgres-pair.ts";

const soon = (): AbortSignal => AbortSignal.timeout(20_000);
afterEach(() => vi.unstubAllEnvs());

describe("a database server", () => {
  let pair: PostgresPair;
  beforeAll(async () => {
    pair = await startPostgresPair(6);
  });
  afterAll(() => pair?.[Symbol.asyncDispose]());

  it("tells its version, its WAL and its clock", async () => {
    const facts = await serverFacts(pair.endpoints.primary, soon());
    expect(facts.versionNumber).toBeGreaterThan(160_000);
    expect(facts.walLevel).toBe("logical");
    // The same machine's clock.
    expect(Math.abs(facts.aheadMs)).toBeLessThanOrEqual(facts.uncertaintyMs + 5);
  });

  it("tells a login that it does not take", async () => {
    const wrong = { ...pair.endpoints.primary, adminPassword: "not this one" };
    const error: unknown = await serverFacts(wrong, soon()).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "denied" });
    expect(JSON.stringify(error)).not.toContain("not this one");
  });
});

describe("quotas of Azure", () => {
  const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const place = { subscriptionId: "sub", region: "westeurope" };

  it("are read page by page", async () => {
    const paths: string[] = [];
    await using server = await serve((request, response) => {
      paths.push(request.url ?? "");
      const usage = (name: string) => ({
        name: { value: name, localizedValue: name },
        currentValue: 1,
        limit: 10,
        unit: "Count",
      });
      const more = (request.url ?? "").includes("page=2");
      response.end(
        JSON.stringify(
          more
            ? { value: [usage("standardDSv5Family")] }
            : { value: [usage("cores")], nextLink: `http://${request.headers.host}${request.url}&page=2` },
        ),
      );
    });
    const arm = new ArmClient({ credential, endpoint: server.url });
    expect(await computeQuotas(arm, place, soon())).toEqual([
      { name: "cores", used: 1, limit: 10 },
      { name: "standardDSv5Family", used: 1, limit: 10 },
    ]);
    expect(paths[0]).toMatch(
      /^\/subscriptions\/sub\/providers\/Microsoft\.Compute\/locations\/westeurope\/usages\?api-version=/,
    );
  });

  it("are not there where the cloud does not know them, and never a page of another host", async () => {
    await using server = await serve((_request, response) => response.writeHead(404).end("{}"));
    const arm = new ArmClient({ credential, endpoint: server.url });
    await expect(computeQuotas(arm, place, soon())).rejects.toMatchObject({ code: "not-found" });
    await using sly = await serve((_request, response) =>
      response.end(JSON.stringify({ value: [], nextLink: "http://elsewhere.example/usages" })),
    );
    const led = new ArmClient({ credential, endpoint: sly.url });
    await expect(computeQuotas(led, place, soon())).rejects.toMatchObject({ code: "fatal" });
  });
});

describe("AWS by its account", () => {
  beforeEach(() => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "hush-hush");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  });

  it("is named by STS", async () => {
    await using server = await serve((_request, response) =>
      response.end(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
      ),
    );
    vi.stubEnv("AWS_ENDPOINT_URL", server.url);
    expect(await awsAccount("us-east-1", soon())).toBe("123456789012");
  });

  it("refuses us, or is not there", async () => {
    await using server = await serve((_request, response) =>
      response
        .writeHead(403)
        .end(
          "<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no such key</Message></Error></ErrorResponse>",
        ),
    );
    vi.stubEnv("AWS_ENDPOINT_URL", server.url);
    const error: unknown = await awsAccount("us-east-1", soon()).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "denied", message: expect.stringContaining("no such key") });
    expect(JSON.stringify(error)).not.toContain("hush");
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    await expect(awsAccount("us-east-1", soon())).rejects.toMatchObject({ code: "unreachable" });
  });
});

describe("the alias of a name", () => {
  it("is asked for at the servers that are named", async () => {
    await using zone = await dnsZone({ "app.example": "p.trafficmanager.net", "plain.example": ["192.0.2.1"] });
    expect(await lookUpAlias("app.example", zone.servers, soon())).toEqual({
      kind: "alias",
      of: ["p.trafficmanager.net"],
    });
    expect(await lookUpAlias("plain.example", zone.servers, soon())).toEqual({
      kind: "none",
      reason: "it has no CNAME",
    });
    expect(await lookUpAlias("gone.example", zone.servers, soon())).toEqual({
      kind: "none",
      reason: "the name does not exist",
    });
    expect(await lookUpAlias("app.example", ["127.0.0.1:1"], soon())).toMatchObject({ kind: "unable" });
  });

  it("is followed from name to name, and no further than a bound", async () => {
    const long = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`n${n}.example`, `n${n + 1}.example`]));
    await using zone = await dnsZone({
      ...long,
      "www.example": "cdn.example",
      "cdn.example": "P.TrafficManager.net",
      "P.TrafficManager.net": "lb.amazonaws.example",
      "lb.amazonaws.example": ["192.0.2.1"],
      "ring.example": "gnir.example",
      "gnir.example": "ring.example",
      "half.example": "servfail.example",
    });
    const look = (name: string) => lookUpAlias(name, zone.servers, soon());
    const chain = await look("www.example");
    expect(chain).toEqual({ kind: "alias", of: ["cdn.example", "P.TrafficManager.net", "lb.amazonaws.example"] });
    expect(judgeAlias("www.example", "p.trafficmanager.net", chain)).toEqual({
      status: "ok",
      found: "www.example is an alias of p.trafficmanager.net (through cdn.example)",
    });
    expect(judgeAlias("n0.example", "p.trafficmanager.net", await look("n0.example"))).toMatchObject({
      status: "unknown",
      found: expect.stringContaining("more than 12 aliases"),
    });
    expect(await look("ring.example")).toMatchObject({ unfinished: expect.stringContaining("circle") });
    expect(await look("half.example")).toMatchObject({
      of: ["servfail.example"],
      unfinished: expect.stringContaining("could not be looked up"),
    });
  });

  it("that is flattened to addresses leads where its addresses are", async () => {
    await using zone = await dnsZone({
      "apex.example": ["192.0.2.1", "2001:db8::1"],
      "www.example": "apex.example",
      "p.trafficmanager.net": "lb.amazonaws.example",
      "lb.amazonaws.example": ["192.0.2.7", "192.0.2.1"],
      "fixed.example": ["198.51.100.9"],
      "past.example": "lb.amazonaws.example",
      "empty.example": [],
    });
    const name = async (host: string, servers = zone.servers) => {
      const [alias, targetAlias] = await Promise.all(
        [host, "p.trafficmanager.net"].map((each) => lookUpAlias(each, zone.servers, soon())),
      );
      const [addresses, targetAddresses] = await Promise.all(
        [host, "p.trafficmanager.net"].map((each) => lookUpAddresses(each, servers, soon())),
      );
      if (alias === undefined) throw new Error("unreachable");
      const targetLeadsTo = targetAlias?.kind === "alias" ? targetAlias.of : [];
      return judgeAlias(host, "p.trafficmanager.net", alias, { addresses, targetAddresses, targetLeadsTo });
    };
    for (const host of ["apex.example", "www.example"]) {
      expect(await name(host), host).toMatchObject({
        status: "warning",
        found: expect.stringContaining("has the addresses of p.trafficmanager.net"),
      });
    }
    // By an alias of its own it goes to the load balancer, past what a failover moves.
    for (const host of ["fixed.example", "past.example", "empty.example", "gone.example"]) {
      expect(await name(host), host).toMatchObject({
        status: "failed",
        advice: expect.stringContaining("moves nobody"),
      });
    }
    expect(await name("apex.example", ["127.0.0.1:1"])).toMatchObject({ status: "unknown" });
    expect(await lookUpAddresses("apex.example", zone.servers, soon())).toEqual(["192.0.2.1", "2001:db8::1"]);
    expect(await lookUpAddresses("apex.example", ["127.0.0.1:1"], soon())).toBeUndefined();
  });
});

/** A DNS server: names with their alias or their addresses; `servfail.example` is one that it cannot answer for. */
async function dnsZone(zone: Readonly<Record<string, string | readonly string[]>>) {
  const known = new Map(Object.entries(zone).map(([name, data]) => [name.toLowerCase(), data]));
  const answersFor = (name: string, type: string): DnsAnswer[] => {
    const data = known.get(name.toLowerCase());
    if (typeof data === "string") {
      const alias = { type: "CNAME" as const, name, ttl: 30, data };
      return type === "CNAME" ? [alias] : [alias, ...answersFor(data, type)];
    }
    return (data ?? []).flatMap((address): DnsAnswer[] =>
      address.includes(":") === (type === "AAAA") && type !== "CNAME"
        ? [{ type: type === "AAAA" ? "AAAA" : "A", name, ttl: 30, data: address }]
        : [],
    );
  };
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    const { id, questions = [] } = dnsPacket.decode(message);
    const [question] = questions;
    const name = question?.name ?? "";
    const code = name === "servfail.example" ? 2 : known.has(name.toLowerCase()) ? 0 : 3;
    const answers = answersFor(name, question?.type ?? "A");
    const flags = dnsPacket.RECURSION_AVAILABLE | code;
    const reply = { type: "response" as const, flags, questions, answers, ...(id === undefined ? {} : { id }) };
    socket.send(dnsPacket.encode(reply), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const closed = once(socket, "close");
  return {
    servers: [`127.0.0.1:${socket.address().port}`],
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await closed;
    },
  };
}

describe("the state's backend", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "pilotlight-backend-"));
    mkdirSync(join(project, "stacks"));
    mkdirSync(join(project, "bin"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: p\nstackConfigDir: stacks\nruntime: nodejs\n");
    vi.stubEnv("PATH", `${join(project, "bin")}${delimiter}${process.env["PATH"]}`);
  });
  afterEach(() => rmSync(project, { recursive: true }));

  function pulumi(script: string): void {
    writeFileSync(join(project, "bin", "pulumi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(project, "bin", "pulumi"), 0o755);
  }

  it("is the engine's word, with the secrets providers of the stack files", async () => {
    pulumi(`echo '{"user":"ada","organizations":[],"url":"azblob://state"}'`);
    writeFileSync(
      join(project, "stacks", "Pulumi.shop-primary.yaml"),
      "secretsprovider: awskms://alias/x\nconfig: {}\n",
    );
    expect(await backendFacts(project, "shop", soon())).toEqual({
      url: "azblob://state",
      secretsProviders: { "shop-primary": "awskms://alias/x", "shop-standby": undefined },
    });
  });

  it("cannot be told by an engine that fails, or is not there", async () => {
    pulumi("echo 'error: token=abc123 has expired' >&2; exit 1");
    await expect(backendFacts(project, "shop", soon())).rejects.toMatchObject({
      code: "fatal",
      message: expect.stringContaining("token=*** has expired"),
    });
    await expect(runCommand("no-such-command-here", [], { signal: soon() })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});
