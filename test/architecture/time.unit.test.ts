import { globSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** Where a wall time is read as a number, or past the clock's port, and why that measures nothing. */
const allowed: Readonly<Record<string, string>> = {
  "adapters/azure/arm-client.ts": "Retry-After as a date: another machine's wall time, and the wait has a limit",
  "adapters/azure/table-authorization.ts": "the end of a token: its issuer's wall time, with a margin of minutes",
  "adapters/files/file-lock.ts": "a record",
  "adapters/files/process-identity.ts": "a record; the process is told by the system's own count",
  "adapters/postgres/server-facts.ts": "how far a server's wall clock differs from ours",
  "adapters/inbox/file-inbox.ts": "the age of files: their times are wall times, and they are only pruned",
  "adapters/kubernetes/kube-login.ts": "the end of a token: its issuer's wall time",
  "adapters/pulumi/infrastructure.ts": "a record: when the switches were written",
  "adapters/pulumi/lock-patience.ts": "the age of a lock, for people",
  "adapters/pulumi/state-backups.ts": "a record",
  "adapters/system-clock.ts": "the one that reads it",
  "adapters/witness/file-witness.ts": "a file's name",
  "cli/run-cost.ts": "the age of a price list, for people",
  "cli/progress.ts": "when a line was written",
  "cli/run-serve.ts": "when a line was written",
  "cli/watch.ts": "when a line was written",
  "domain/application-facts.ts": "the end that a person gave a pause or an approval: a date",
  "domain/guards.ts": "the end of a cooldown, as `CooldownClock` counts it",
  "domain/prediction.ts": "what journals tell, for people",
  "functions/do-failover.ts": "the end of the toggle's cooldown: a record that outlives the function",
  "preflight/judge.ts": "the age of a drill in days",
  "adapters/pulumi/stack-lock.ts": "the age of a lock, for people",
  "server/sns-receiver.ts": "the age of a signed message: its sender's wall time",
  "workflow/admission/cooldown-clock.ts": "where a record's time becomes elapsed time",
  "workflow/admission/cooldown.ts": "a record of another process",
  "workflow/admission/operator-controls.ts": "the end that a person gave: a date",
  "workflow/execution/run-operation.ts": "writes the end of a cooldown",
  "workflow/execution/run-stage.ts": "how long a stage took, for people; it may have begun in another process",
};

/** Reads of the wall clock: past the port, or through it as a number that could be measured with. */
function wallReads(text: string): readonly string[] {
  const found: string[] = [];
  const source = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0)
      found.push(node.getText());
    if (ts.isCallExpression(node) && /(^Date\.now|\bnow(\(\))?\.(getTime|valueOf))$/.test(node.expression.getText()))
      found.push(node.getText());
    if (ts.isBinaryExpression(node) && isArithmetic(node) && [node.left, node.right].some(isWallRead))
      found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isArithmetic({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind === ts.SyntaxKind.MinusToken || kind === ts.SyntaxKind.PlusToken;
}

function isWallRead(node: ts.Node): boolean {
  return /\bclock\.now\(\)$/.test(node.getText());
}

describe("elapsed time", () => {
  const root = new URL("../../automation/", import.meta.url).pathname;
  const reading = globSync("**/*.ts", { cwd: root })
    .map((file) => ({ file, found: wallReads(readFileSync(`${root}${file}`, "utf8")) }))
    .filter(({ found }) => found.length > 0);

  it("is measured by no wall clock outside the list", () => {
    expect(reading.filter(({ file }) => allowed[file] === undefined)).toEqual([]);
  });

  it("has a list without what is gone", () => {
    const files = new Set(reading.map(({ file }) => file));
    expect(Object.keys(allowed).filter((file) => !files.has(file))).toEqual([]);
  });

  it.each([
    "const started = clock.now().getTime();",
    "const began = Date.now();",
    "const now = new Date();",
    "const left = until - now.getTime();",
    "const age = this.#clock.now() - began;",
  ])("would be found in: %s", (text) => {
    expect(wallReads(text)).not.toEqual([]);
  });

  it.each(["const began = clock.monotonic();", "const at = clock.now().toISOString();", "new Date(0);"])(
    "is not seen in: %s",
    (text) => {
      expect(wallReads(text)).toEqual([]);
    },
  );
});
