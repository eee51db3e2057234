import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const acknowledgedSchema = z.object({
  kind: z.literal("acknowledged"),
  id: z.string(),
  sentAt: z.string(),
  ackAt: z.string(),
  site: z.string(),
  address: z.string(),
});
const failedSchema = z.object({
  kind: z.literal("failed"),
  id: z.string(),
  sentAt: z.string(),
  failedAt: z.string(),
  address: z.string().optional(),
  reason: z.string(),
});

/** A write that the application said is durable. Times are ISO 8601, UTC. */
export type AcknowledgedWrite = Omit<z.infer<typeof acknowledgedSchema>, "kind">;
/** A write that may or may not have happened: no answer, or an error. Never sent again. */
export type FailedWrite = Omit<z.infer<typeof failedSchema>, "kind">;

/** From the last acknowledgement at one site to the first at the other. */
export interface Outage {
  readonly from: string;
  readonly to: string;
  readonly lastAckAt: string;
  readonly firstAckAt: string;
  readonly seconds: number;
}

/** What a client knows of its writes, in the order of the answers; in memory and, line by line, in an NDJSON file. */
export class Ledger {
  readonly acknowledged: AcknowledgedWrite[] = [];
  readonly failed: FailedWrite[] = [];
  readonly #file: string | undefined;

  constructor(file?: string) {
    this.#file = file;
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  }

  /** From the file of an earlier run; a last line that was cut off by a crash is left out. */
  static load(file: string): Ledger {
    const ledger = new Ledger();
    const lines = readFileSync(file, "utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      if (line === "") continue;
      const entry = parseLine(line);
      if (entry === undefined) {
        if (index === lines.length - 1) continue;
        throw new Error(`${file}, line ${index + 1} is not a line of a write ledger`);
      }
      const { kind: _, ...rest } = entry;
      if (entry.kind === "acknowledged") ledger.acknowledged.push(rest as AcknowledgedWrite);
      else ledger.failed.push(rest as FailedWrite);
    }
    return ledger;
  }

  acknowledge(write: AcknowledgedWrite): void {
    this.acknowledged.push(write);
    this.#append({ kind: "acknowledged", ...write });
  }

  fail(write: FailedWrite): void {
    this.failed.push(write);
    this.#append({ kind: "failed", ...write });
  }

  /** One a change of site. Negative seconds: both sites acknowledged at the same time. */
  outages(): readonly Outage[] {
    const outages: Outage[] = [];
    const seen = new Map<string, AcknowledgedWrite>();
    let site: string | undefined;
    for (const write of this.acknowledged) {
      const last = site === undefined || site === write.site ? undefined : seen.get(site);
      if (last !== undefined) {
        const seconds = (Date.parse(write.ackAt) - Date.parse(last.ackAt)) / 1000;
        outages.push({ from: last.site, to: write.site, lastAckAt: last.ackAt, firstAckAt: write.ackAt, seconds });
      }
      site = write.site;
      seen.set(write.site, write);
    }
    return outages;
  }

  /**
   * Seconds from `since` (the fault's instant) to the first acknowledged write at another site than the one that
   * acknowledged last before it. undefined: there is none yet, or nothing had been acknowledged before.
   */
  rtoSeconds(since: Date): number | undefined {
    const instant = since.getTime();
    const before = this.acknowledged.findLast((write) => Date.parse(write.ackAt) <= instant);
    if (before === undefined) return undefined;
    const first = this.acknowledged.find((write) => Date.parse(write.ackAt) > instant && write.site !== before.site);
    return first === undefined ? undefined : (Date.parse(first.ackAt) - instant) / 1000;
  }

  #append(entry: object): void {
    // Synchronous: what is in the file is what was acknowledged, also when this process is killed next.
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}

function parseLine(line: string): z.infer<typeof acknowledgedSchema> | z.infer<typeof failedSchema> | undefined {
  try {
    const parsed = z.discriminatedUnion("kind", [acknowledgedSchema, failedSchema]).safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
