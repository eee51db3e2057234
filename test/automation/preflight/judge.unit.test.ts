import { describe, expect, it } from "vitest";
import { s3EndpointOf } from "../../../automation/domain/state-place.ts";
import type { OperationSummary } from "../../../automation/ports/journal.ts";
import type { ServerFacts } from "../../../automation/preflight/facts.ts";
import { ok, warning, worst } from "../../../automation/preflight/finding.ts";
import {
  judgeAlias,
  judgeBackend,
  judgeLastDrill,
  judgeNodeQuota,
  judgeSkew,
  judgeTtl,
  judgeVersions,
} from "../../../automation/preflight/judge.ts";
import { judgeClusterVersion } from "../../../automation/preflight/judge-cluster.ts";
import { judgeExtensions, judgeParameters } from "../../../automation/preflight/judge-servers.ts";

const server = (changes: Partial<ServerFacts> = {}): ServerFacts => ({
  versionNumber: 160_004,
  walLevel: "logical",
  pendingRestart: [],
  extensions: [],
  allowedExtensions: undefined,
  aheadMs: 20,
  uncertaintyMs: 5,
  ...changes,
});

describe("parameters that wait for a restart", () => {
  const pending = server({ pendingRestart: ["wal_level"] });

  it("fail at the site that serves, which the driver never restarts", () => {
    const found = judgeParameters({ primary: pending, standby: server() }, "primary");
    expect(found).toMatchObject({ status: "failed", found: expect.stringContaining("at primary") });
    expect(found.found).toContain("wal_level");
  });

  it("are a warning at the other one", () => {
    expect(judgeParameters({ primary: server(), standby: pending }, "primary").status).toBe("warning");
    expect(judgeParameters({ standby: pending }, "standby").status).toBe("failed");
    expect(judgeParameters({ primary: server(), standby: server() }, "primary").status).toBe("ok");
  });
});

describe("the version of a cluster that is to be made", () => {
  it("must be one that the region offers", () => {
    const dark = { isLit: false };
    expect(judgeClusterVersion("1.35", ["1.34", "1.35"], dark).status).toBe("ok");
    expect(judgeClusterVersion("1.35.2", ["1.35"], dark).status).toBe("ok");
    const found = judgeClusterVersion("1.34", ["1.35", "1.36"], dark);
    expect(found).toMatchObject({ status: "failed", found: expect.stringContaining("it offers 1.35, 1.36") });
    expect(found.advice).toContain("could not be lit");
    expect(judgeClusterVersion("1.34", ["1.35"], { isLit: true }).status).toBe("warning");
    expect(judgeClusterVersion("1.34", [], dark).status).toBe("unknown");
  });
});

describe("extensions", () => {
  it("that the follower's server would refuse are named, with what allows them", () => {
    const active = server({ extensions: ["hstore", "PostGIS", "citext"] });
    const follower = server({ extensions: ["citext"], allowedExtensions: ["postgis"] });
    expect(judgeExtensions(active, follower)).toMatchObject({
      status: "failed",
      found: expect.stringMatching(/create hstore$/),
      advice: expect.stringContaining("database.extensions"),
    });
    expect(judgeExtensions(active, server({ extensions: [], allowedExtensions: undefined })).status).toBe("ok");
    expect(judgeExtensions(server(), follower).status).toBe("ok");
  });
});

describe("judging what a failover needs", () => {
  it.each([
    ["azblob://state", "ok"],
    ["gs://state", "ok"],
    ["file:///home/ada/.pulumi", "ok"],
    ["s3://state?region=us-east-1", "failed"],
    ["s3://state?endpoint=minio.example:9000&s3ForcePathStyle=true", "warning"],
    ["s3://state?endpoint=https://0123abc.r2.cloudflarestorage.com", "ok"],
    ["s3://state?endpoint=https%3A%2F%2F0123abc.eu.r2.cloudflarestorage.com%2F", "ok"],
    ["s3://state?endpoint=storage.googleapis.com", "ok"],
    ["s3://state?endpoint=s3.eu-central-1.amazonaws.com", "failed"],
    ["s3://state?endpoint=bucket.vpce-1.s3.eu-central-1.vpce.amazonaws.com", "failed"],
    ["s3://state?endpoint=https://s3.cn-north-1.amazonaws.com.cn", "failed"],
    ["s3://state?endpoint=https://s3.dualstack.eu-central-1.api.aws", "failed"],
    ["s3://state?endpoint=https://amazonaws.com.example.org", "warning"],
    ["https://state.s3.us-east-1.amazonaws.com", "failed"],
    ["https://api.pulumi.com", "warning"],
    ["https://pulumi.example.org", "warning"],
  ])("state at %s: %s", (url, status) => {
    expect(judgeBackend({ url, secretsProviders: {} }).status).toBe(status);
  });

  it("state behind the environment's own endpoint for S3 is where that is", () => {
    const judged = (url: string, environment: Readonly<Record<string, string>>) =>
      judgeBackend({ url, s3Endpoint: s3EndpointOf(environment), secretsProviders: {} });
    const minio = { AWS_ENDPOINT_URL: "https://key:hunter2@minio.example:9000" };
    expect(judged("s3://state", minio).status).toBe("warning");
    expect(judged("s3://state", minio).found).toBe("the state is at s3://state at minio.example:9000");
    const r2 = { ...minio, AWS_ENDPOINT_URL_S3: "https://0123abc.r2.cloudflarestorage.com" };
    expect(judged("s3://state", r2).status).toBe("ok");
    expect(judged("s3://state", { ...minio, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }).status).toBe("failed");
    expect(judged("s3://state", {}).status).toBe("failed");
    expect(judged("s3://state?endpoint=s3.eu-central-1.amazonaws.com", minio).status).toBe("failed");
    expect(judged("azblob://state", minio).status).toBe("ok");
  });

  it("secrets must be opened without AWS", () => {
    const secretsProviders = { "shop-primary": "awskms://alias/state?region=us-east-1", "shop-standby": undefined };
    const finding = judgeBackend({ url: "azblob://state", secretsProviders });
    expect(finding.status).toBe("failed");
    expect(finding.advice).toContain("shop-primary");
    // The URL of a provider may hold more than its kind.
    expect(JSON.stringify(finding)).not.toContain("alias/state");
    const vault = { "shop-standby": "azurekeyvault://v.vault.azure.net/keys/k" };
    expect(judgeBackend({ url: "azblob://state", secretsProviders: vault }).status).toBe("ok");
  });

  it("versions: both new enough, logical, and the standby not behind", () => {
    expect(judgeVersions(server(), server()).status).toBe("ok");
    expect(judgeVersions(server(), server()).found).toContain("16.4");
    expect(judgeVersions(server({ versionNumber: 140_002 }), server()).advice).toContain(
      "needs PostgreSQL 15 or later",
    );
    expect(judgeVersions(server(), server({ versionNumber: 150_002 }))).toMatchObject({ status: "failed" });
    const oldest = server({ versionNumber: 150_002 });
    expect(judgeVersions(oldest, oldest)).toMatchObject({ status: "warning", advice: expect.stringContaining("16") });
    expect(judgeVersions(server({ versionNumber: 170_001 }), server()).advice).toContain("upgrade the standby first");
    expect(judgeVersions(server(), server({ versionNumber: 170_001 })).status).toBe("warning");
    expect(judgeVersions(server({ walLevel: "replica" }), server()).found).toContain("not logical at the primary");
  });

  it("clocks: what is certain of the difference counts", () => {
    expect(judgeSkew("x", server({ aheadMs: -1500 })).status).toBe("ok");
    expect(judgeSkew("x", server({ aheadMs: 4000, uncertaintyMs: 3000 })).status).toBe("ok");
    expect(judgeSkew("x", server({ aheadMs: -4000 }))).toMatchObject({
      status: "warning",
      found: "the clock of x is 4.0 s behind",
    });
    expect(judgeSkew("x", server({ aheadMs: 90_000 })).status).toBe("failed");
  });

  it("names and TTLs: users must follow, and soon", () => {
    expect([30, 300, 600].map((ttl) => judgeTtl(ttl, 600).status)).toEqual(["ok", "warning", "failed"]);
    const judged = (alias: Parameters<typeof judgeAlias>[2]) =>
      judgeAlias("app.example", "p.trafficmanager.net", alias).status;
    expect(judged({ kind: "alias", of: ["P.TrafficManager.net."] })).toBe("ok");
    expect(judged({ kind: "alias", of: ["lb.amazonaws.com"] })).toBe("failed");
    expect(judged({ kind: "none", reason: "it has no CNAME" })).toBe("failed");
    expect(judged({ kind: "unable", reason: "no answer" })).toBe("unknown");
  });

  it("quota: one node of a size that may be tried must fit", () => {
    const quotas = [
      { name: "cores", used: 6, limit: 10 },
      { name: "standardDSv5Family", used: 0, limit: 10 },
      { name: "standardBSFamily", used: 10, limit: 10 },
    ];
    expect(judgeNodeQuota(["Standard_D2s_v5"], quotas)).toMatchObject({
      status: "ok",
      found: expect.stringContaining("2 more"),
    });
    expect(judgeNodeQuota(["Standard_B2s", "Standard_D2s_v5"], quotas).status).toBe("warning");
    expect(judgeNodeQuota(["Standard_B2s"], quotas).status).toBe("failed");
    expect(judgeNodeQuota(["Standard_D8s_v5"], quotas).status).toBe("failed");
    expect(judgeNodeQuota(["Standard_D2s_v5"], []).status).toBe("unknown");
    expect(judgeNodeQuota([], quotas).status).toBe("unknown");
  });

  it("rehearsals: recent, and the last one good", () => {
    const now = new Date("2026-11-21T00:00:00Z");
    const drill = (
      id: string,
      startedAt: string,
      state: OperationSummary["state"] = "succeeded",
    ): OperationSummary => ({
      id,
      application: "shop",
      plan: "drill",
      mode: "planned",
      startedAt,
      state,
    });
    expect(judgeLastDrill([], undefined, now).status).toBe("warning");
    expect(judgeLastDrill([drill("a", "2026-11-01T00:00:00Z")], undefined, now)).toMatchObject({
      status: "ok",
      found: expect.stringContaining("20 days ago"),
    });
    expect(judgeLastDrill([drill("a", "2026-01-01T00:00:00Z")], undefined, now).status).toBe("warning");
    const lately = [drill("b", "2026-11-20T00:00:00Z", "failed"), drill("a", "2026-11-01T00:00:00Z")];
    expect(judgeLastDrill(lately, undefined, now).found).toContain("the one after it failed (b)");
    expect(judgeLastDrill([{ ...drill("r", "2026-11-20T00:00:00Z"), plan: "reprotect" }], undefined, now).status).toBe(
      "warning",
    );
  });

  it("counts a drill that the driver noted, and wants it of late", () => {
    const now = new Date("2026-11-21T00:00:00Z");
    const noted = (at: string) => ({ type: "drilled" as const, at, kind: "live" as const, operationId: "failover-1" });
    expect(judgeLastDrill([], noted("2026-11-20T00:00:00Z"), now)).toEqual(
      ok("the last live drill that succeeded was 1 days ago (failover-1)"),
    );
    expect(judgeLastDrill([], noted("2026-08-01T00:00:00Z"), now)).toMatchObject({
      status: "warning",
      advice: expect.stringContaining("90 days is long"),
    });
    const failed = { application: "shop", plan: "drill", mode: "planned", state: "failed" } as const;
    const lately = [{ ...failed, id: "drill-2", startedAt: "2026-11-20T12:00:00Z" }];
    expect(judgeLastDrill(lately, noted("2026-11-20T00:00:00Z"), now).found).toContain(
      "the one after it failed (drill-2)",
    );
    expect(judgeLastDrill(lately, noted("2026-11-20T13:00:00Z"), now).status).toBe("ok");
  });

  it("adds findings up to the worst", () => {
    expect(worst([ok("a"), warning("b", "do c")])).toEqual({ status: "warning", found: "a; b", advice: "do c" });
    expect(worst([]).status).toBe("ok");
  });
});
