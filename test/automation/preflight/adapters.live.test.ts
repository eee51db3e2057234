import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import dnsPacket from "dns-packet";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { awsAccount } from "../../../automation/adapters/aws/account.ts";
import { ArmClient } from "../../../automation/adapters/azure/arm-client.ts";
import { computeQuotas } from "../../../automation/adapters/azure/quotas.ts";
import { serverFacts } from "../../../automation/adapters/postgres/server-facts.ts";
import { lookUpAlias } from "../../../automation/adapters/probe/alias.ts";
import { backendFacts } from "../../../automation/adapters/pulumi/backend.ts";
import { runCommand } from "../../../automation/adapters/run-command.ts";
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
    const socket = createSocket("udp4");
    socket.on("message", (message, { port, address }) => {
      const { id, questions = [] } = dnsPacket.decode(message);
      const name = questions[0]?.name ?? "";
      const known = name === "app.example";
      const flags = dnsPacket.RECURSION_AVAILABLE | (name === "gone.example" ? 3 : 0);
      const answers = known ? [{ type: "CNAME" as const, name, ttl: 30, data: "p.trafficmanager.net" }] : [];
      socket.send(
        dnsPacket.encode({ type: "response", flags, questions, answers, ...(id === undefined ? {} : { id }) }),
        port,
        address,
      );
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const servers = [`127.0.0.1:${socket.address().port}`];
    try {
      expect(await lookUpAlias("app.example", servers, soon())).toEqual({
        kind: "alias",
        of: ["p.trafficmanager.net"],
      });
      expect(await lookUpAlias("plain.example", servers, soon())).toEqual({ kind: "none", reason: "it has no CNAME" });
      expect(await lookUpAlias("gone.example", servers, soon())).toEqual({
        kind: "none",
        reason: "the name does not exist",
      });
    } finally {
      socket.close();
    }
    expect(await lookUpAlias("app.example", ["127.0.0.1:1"], soon())).toMatchObject({ kind: "unable" });
  });
});

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
