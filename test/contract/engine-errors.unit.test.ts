import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { classifyEngineError, errorLines, plain } from "../../automation/adapters/pulumi/classify.ts";
import { EngineWatch } from "../../automation/adapters/pulumi/engine-watch.ts";
import { describeLock, lockState, parseLocks } from "../../automation/adapters/pulumi/stack-lock.ts";

const lockMessage = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/pilotlight/s/1.json: created by root@${hostname()} (pid 999999) at 2026-11-21T09:00:00Z
  file:///state/.pulumi/locks/organization/pilotlight/s/2.json: created by ann@elsewhere (pid 12) at 2026-11-21T09:01:00Z`;

describe("errors of the engine", () => {
  it.each([
    [lockMessage, "locked", false],
    ["[409] Conflict: Another update is currently in progress.", "locked", false],
    ["Put https://management.azure.com: dial tcp 1.2.3.4:443: i/o timeout", "unreachable", true],
    ["configured Kubernetes cluster is unreachable: unable to load schema", "unreachable", true],
    ['Code="ZonalAllocationFailed" Message="Allocation failed"', "refused", true],
    ["InsufficientInstanceCapacity: we currently do not have sufficient capacity", "refused", true],
    ['Code="QuotaExceeded" exceeding approved Total Regional Cores quota', "refused", false],
    ["ThrottlingException: Rate exceeded", "throttled", true],
    ["api error AccessDenied: not authorized to perform rds:CreateDBInstance", "denied", false],
    ["Missing required configuration variable 'pilotlight:zoneName'", "invalid-input", false],
    ["incorrect passphrase", "invalid-input", false],
    ["something nobody has seen before", "fatal", false],
    ["", "fatal", false],
  ])("%s", (text, code, retryable) => {
    expect(classifyEngineError("update", [text], undefined)).toMatchObject({ code, retryable });
  });

  it("come without colour, noise and credentials", () => {
    expect(plain("<{%fg 1%}>bad<{%reset%}> \u001b[31mred\u001b[0m ")).toBe("bad red");
    expect(errorLines("Updating (s):\n\nerror: first\n  second\n")).toEqual(["error: first", "second"]);
    const error = classifyEngineError(
      "update",
      ["cannot reach postgres://admin:hunter2@db/x password=hunter3"],
      undefined,
    );
    expect(error.message).not.toMatch(/hunter/);
  });

  it("name who holds a lock", async () => {
    const locks = parseLocks(lockMessage);
    expect(locks).toHaveLength(2);
    expect(await Promise.all(locks.map(lockState))).toEqual(["dead", "elsewhere"]);
    const [, other] = locks;
    if (other === undefined) throw new Error("unreachable");
    expect(describeLock(other, new Date("2026-11-21T09:02:30Z"))).toBe(
      "ann@elsewhere (pid 12), since 2026-11-21T09:01:00Z (90 s)",
    );
  });
});

describe("watch over the engine", () => {
  const urn = "urn:pulumi:s::p::parent:x:Y$kubernetes:apps/v1:Deployment::service-a";
  const event = (content: object) => ({ sequence: 1, timestamp: 0, ...content });
  const metadata = (op: "create" | "same") => ({ op, urn, type: "t", provider: "" });

  it("tells progress, counts, and errors with their resource", () => {
    const lines: string[] = [];
    const watch = new EngineWatch((line) => lines.push(line));
    watch.hear(event({ resourcePreEvent: { metadata: metadata("same") } }));
    watch.hear(event({ resourcePreEvent: { metadata: metadata("create") } }));
    watch.hear(event({ resOpFailedEvent: { metadata: metadata("create"), status: 0, steps: 1 } }));
    watch.hear(event({ diagnosticEvent: { urn, message: "<{%reset%}>no\n", color: "raw", severity: "error" } }));
    watch.hear(
      event({
        summaryEvent: {
          maybeCorrupt: false,
          durationSeconds: 1,
          resourceChanges: { create: 2, same: 3 },
          policyPacks: {},
        },
      }),
    );
    expect(lines).toEqual([
      "creating kubernetes:apps/v1:Deployment service-a",
      "failed kubernetes:apps/v1:Deployment service-a",
    ]);
    expect(watch.errors).toEqual(["kubernetes:apps/v1:Deployment service-a: no"]);
    expect(watch.changes).toEqual({ create: 2, update: 0, replace: 0, delete: 0, same: 3 });
  });

  it("is patient with a resource under way and not with silence", async () => {
    const watch = new EngineWatch(undefined);
    const limits = { busy: 10_000, idle: 5 };
    watch.hear(event({ resourcePreEvent: { metadata: metadata("create") } }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(watch.overdue(limits)).toBe(0);
    watch.hear(event({ resOutputsEvent: { metadata: metadata("create") } }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(watch.overdue(limits)).toBeGreaterThan(0);
  });
});
