import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { FileInbox } from "../../../../../automation/adapters/inbox/file-inbox.ts";
import { addAnswer } from "../../../../../automation/adapters/journal/answers.ts";
import { FileFacts } from "../../../../../automation/adapters/journal/file-facts.ts";
import { FileWitness } from "../../../../../automation/adapters/witness/file-witness.ts";

/** Run on a small file system of its own, whose folder is the first argument: fills it, and prints by adapter how each fails. */
const [folder = ""] = process.argv.slice(2);
const soon = AbortSignal.timeout(10_000);
const at = "2026-11-21T09:00:00.000Z";

const alert = { key: "a", source: "sns", status: "firing", summary: "s".repeat(9000), receivedAt: at } as const;
const inbox = new FileInbox(join(folder, "inbox"));
const witness = new FileWitness(join(folder, "witness"));
const facts = new FileFacts(join(folder, "facts"));
const record = {
  application: "shop",
  activeSite: "primary",
  epoch: 1,
  protection: "unprotected",
  updatedAt: at,
} as const;
const answer = { id: "1", kind: "abort", reason: "r".repeat(9000), by: "ada", at } as const;
const answers = join(folder, "answers.jsonl");

fill();
const failures: Record<string, string> = {};
const tried: Readonly<Record<string, () => Promise<unknown>>> = {
  inbox: () => inbox.put(alert),
  witness: () => witness.compareAndSet("shop", 0, record, soon),
  facts: () => facts.add("shop", { type: "drilled", at, kind: "live", operationId: "o".repeat(9000) }),
  answers: () => addAnswer(answers, answer),
};
for (const [name, attempt] of Object.entries(tried)) {
  failures[name] = await attempt().then(
    () => "no failure",
    (error: unknown) => (error instanceof Error ? `${Reflect.get(error, "code")}: ${error.message}` : String(error)),
  );
}
process.stdout.write(JSON.stringify(failures));

function fill(): void {
  const file = openSync(join(folder, "ballast"), "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch {
    closeSync(file);
  }
}
