import { z } from "zod";

/** A change that never reached the other site, as accounts need it. */
export interface Loss {
  readonly database?: string | undefined;
  readonly schema: string;
  readonly table: string;
  readonly key: Readonly<Record<string, string | null>>;
  readonly kind: "insert" | "update" | "delete" | "truncate";
  readonly basis: "stream" | "comparison";
  readonly committedAt?: string | undefined;
}

/** How many losses of one table an account names; the rest is counted, and in the file. */
const sampleOfTable = 500;
const sampleInAll = 2000;
/** A key longer than this (a whole row, where nothing else identifies one) is left to the file. */
const keyCharacters = 400;

const kindSchema = z.enum(["insert", "update", "delete", "truncate"]);
const countsSchema = z.object({
  insert: z.number(),
  update: z.number(),
  delete: z.number(),
  truncate: z.number(),
});
export type LossCounts = z.infer<typeof countsSchema>;

export const tableLossesSchema = z.object({
  /** `schema.table`; of a further database `database/schema.table`. */
  table: z.string(),
  basis: z.enum(["stream", "comparison"]),
  /** Before the new site could write. */
  lost: countsSchema,
  /** After it could. */
  splitBrain: countsSchema,
});
export type TableLosses = z.infer<typeof tableLossesSchema>;

export const namedLossSchema = z.object({
  table: z.string(),
  key: z.record(z.string(), z.string().nullable()),
  kind: kindSchema,
  splitBrain: z.boolean(),
  committedAt: z.string().optional(),
});
/** One loss by its identity: table, key and kind. */
export type NamedLoss = z.infer<typeof namedLossSchema>;

const none = (): LossCounts => ({ insert: 0, update: 0, delete: 0, truncate: 0 });

/** Counts losses table by table and keeps the names of the first ones. `promotedAt` (ISO): what was committed later is split-brain. */
export class LossTally {
  readonly #promotedAt: number;
  readonly #tables = new Map<string, TableLosses>();
  readonly #named = new Map<string, NamedLoss>();
  readonly #sampled = new Map<string, number>();

  constructor(promotedAt: string | undefined) {
    this.#promotedAt = promotedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(promotedAt);
  }

  add(loss: Loss): void {
    const table = tableOf(loss);
    // When a row that was found by comparing was written is not known: it counts as lost.
    const splitBrain = loss.committedAt !== undefined && Date.parse(loss.committedAt) > this.#promotedAt;
    const place = `${table} ${loss.basis}`;
    const counted = this.#tables.get(place) ?? { table, basis: loss.basis, lost: none(), splitBrain: none() };
    counted[splitBrain ? "splitBrain" : "lost"][loss.kind] += 1;
    this.#tables.set(place, counted);
    this.#name(table, loss, splitBrain);
  }

  get tables(): readonly TableLosses[] {
    return [...this.#tables.values()];
  }

  get sample(): readonly NamedLoss[] {
    return [...this.#named.values()];
  }

  #name(table: string, { key, kind, committedAt }: Loss, splitBrain: boolean): void {
    const sampled = this.#sampled.get(table) ?? 0;
    if (this.#named.size >= sampleInAll || sampled >= sampleOfTable) return;
    const identity = JSON.stringify([table, kind, splitBrain, Object.entries(key).toSorted()]);
    if (identity.length > keyCharacters || this.#named.has(identity)) return;
    this.#named.set(identity, { table, key, kind, splitBrain, ...(committedAt === undefined ? {} : { committedAt }) });
    this.#sampled.set(table, sampled + 1);
  }
}

/** `schema.table`, with the database's name before it where it is a further one. */
export function tableOf({ database, schema, table }: Pick<Loss, "database" | "schema" | "table">): string {
  const part = (name: string): string => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
  return `${database === undefined ? "" : `${database}/`}${part(schema)}.${part(table)}`;
}

/** A key for people: `id=5, note=null`. */
export function keyText(key: Loss["key"]): string {
  return Object.entries(key)
    .map(([column, value]) => `${column}=${value ?? "null"}`)
    .join(", ");
}

export function countOf(counts: LossCounts): number {
  return counts.insert + counts.update + counts.delete + counts.truncate;
}
