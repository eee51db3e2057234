import { disallowedExtensions, howToAllow } from "../../domain/extensions.ts";
import type { SchemaDifference } from "../../ports/database.ts";
import { type Catalog, keyOf, type SchemaObject } from "./catalog.ts";
import { compareColumns } from "./compare-columns.ts";
import { enumChange } from "./enum-change.ts";

/** A difference, and what removes it at the follower. */
export interface SchemaStep extends SchemaDifference {
  /** Makes the follower accept what it would refuse: done at once. */
  readonly loosen: readonly string[];
  /** Might refuse rows that are still on their way, or is of no hurry: done once the follower has applied what was written before. */
  readonly settle: readonly string[];
}

export interface Comparison {
  readonly source: Catalog;
  readonly follower: Catalog;
  /** What the follower is known to have had from the source: where the source has it no more, it was dropped there. Keys as `keyOf`. */
  readonly known: ReadonlySet<string>;
  /** Also what takes long: a person waits for it. */
  readonly patient?: boolean;
}

const reprotect = "run `pilotlight reprotect` (a full copy)";
const automatic = "the watch carries it; at once: `pilotlight db sync-schema --yes`";
/** They hold rows, or columns are made of them: never dropped to be made anew. */
const holding: ReadonlySet<string> = new Set(["table", "type", "composite type", "range type", "extension", "schema"]);
/** They can refuse rows or change them: the follower must not have more of them than the source. */
const strict: ReadonlySet<string> = new Set([
  ...["constraint", "index", "trigger", "rule", "row security", "policy", "domain constraint"],
]);
/** Parts of others, which come and go with them. */
const attributes: ReadonlySet<string> = new Set(["owner", "sequence owner", "revoke", "domain form"]);

/** Every difference between what is followed and the follower. Pure. */
export function compareCatalogs(comparison: Comparison): readonly SchemaStep[] {
  const { source, follower } = comparison;
  const there = new Map(follower.objects.map((object) => [keyOf(object), object]));
  const here = new Map(source.objects.map((object) => [keyOf(object), object]));
  const followerTables = new Set(
    follower.objects.filter(({ kind }) => kind === "table").map(({ identity }) => identity),
  );
  return [
    ...whole(comparison),
    ...source.objects.flatMap((wanted) => {
      if (firesWhileReceiving(wanted)) return [];
      const present = there.get(keyOf(wanted));
      if (present === undefined) return missing(wanted, comparison, followerTables);
      return wanted.create_sql === present.create_sql ? [] : different(wanted, present, comparison);
    }),
    ...compareColumns(source.columns, follower.columns, comparison.known).map(finished),
    ...follower.objects.flatMap((present) => (here.has(keyOf(present)) ? [] : extra(present, comparison))),
    ...byHand(comparison),
    ...indexBuilds(comparison),
  ];
}

/** Named with what keeps rows from arriving as they are: at the follower it would begin to do so. */
function firesWhileReceiving({ kind, create_sql }: SchemaObject): boolean {
  return kind === "trigger" && / enable (always|replica) trigger [^;]*$/.test(create_sql);
}

/** Names of the source's extensions that the follower's server would refuse to create. */
export function disallowed({ facts: source }: Catalog, { facts: follower }: Catalog): readonly string[] {
  const names = ({ extensions }: Catalog["facts"]): string[] => extensions.map((each) => splitVersion(each)[0]);
  const allowedExtensions = follower.allowedExtensions ?? undefined;
  return disallowedExtensions({ extensions: names(source) }, { extensions: names(follower), allowedExtensions });
}

type Part = Pick<SchemaStep, "kind" | "object" | "class" | "remedy"> & Partial<SchemaStep>;

function finished(part: Part): SchemaStep {
  return { source: undefined, follower: undefined, loosen: [], settle: [], ...part };
}

function missing(
  wanted: SchemaObject,
  { source, follower, patient = false }: Comparison,
  tables: ReadonlySet<string>,
): SchemaStep[] {
  const { kind, identity: object, create_sql: sql } = wanted;
  const role = granteeOf(wanted);
  const found = { kind, object, source: sql };
  if (role !== undefined && !follower.facts.roles.includes(role)) {
    const remedy = `there is no role ${role}: create it at the follower`;
    return [finished({ ...found, class: "blocks", remedy })];
  }
  const left = kind === "index" ? follower.facts.unfinished.find(({ index }) => index === object) : undefined;
  if (left?.building) return [finished({ ...found, class: "carried", remedy: "it is being built at the follower" })];
  if (kind === "extension" && disallowed(source, follower).includes(object)) {
    return [finished({ ...found, class: "blocks", remedy: howToAllow([object]) })];
  }
  const scans = kind === "index" || kind === "constraint";
  if (scans && !patient && wanted.table && tables.has(wanted.table) && follower.facts.large.includes(wanted.table)) {
    const remedy = `${wanted.table} is large, and the stream waits while this is built: \`pilotlight db sync-schema --yes\``;
    return [finished({ ...found, class: "blocks", remedy })];
  }
  return [
    finished({ ...found, class: "carried", remedy: automatic, settle: [...(left ? [dropIndex(object)] : []), sql] }),
  ];
}

const dropIndex = (index: string): string => `drop index if exists ${index}`;

function different(
  wanted: SchemaObject,
  present: SchemaObject,
  { patient = false, follower }: Comparison,
): SchemaStep[] {
  const { kind, identity: object } = wanted;
  const both = { kind, object, source: wanted.create_sql, follower: present.create_sql };
  const blocks = (remedy: string): SchemaStep[] => [finished({ ...both, class: "blocks", remedy })];
  const carried = (steps: Partial<SchemaStep>): SchemaStep[] => [
    finished({ ...both, class: "carried", remedy: automatic, ...steps }),
  ];
  if (kind === "table") return tableForm(wanted, present);
  if (kind === "type") {
    const change = enumChange(wanted, present);
    return change === undefined ? blocks(reprotect) : carried({ loosen: change });
  }
  if (wanted.alter_sql) return carried({ settle: [wanted.alter_sql] });
  if (holding.has(kind)) return blocks(reprotect);
  if (!present.drop_sql) return carried({ settle: [wanted.create_sql] });
  const scans = (kind === "index" || kind === "constraint") && follower.facts.large.includes(wanted.table ?? "");
  if (scans && !patient)
    return blocks("`pilotlight db sync-schema --yes`: the table is large, and the stream waits meanwhile");
  return strict.has(kind)
    ? carried({ loosen: [present.drop_sql], settle: [wanted.create_sql] })
    : carried({ settle: [`${present.drop_sql}; ${wanted.create_sql}`] });
}

/** Columns are compared one by one; here is the rest of a table's form. */
function tableForm(wanted: SchemaObject, present: SchemaObject): SchemaStep[] {
  const object = wanted.identity;
  const unlogged = ({ create_sql }: SchemaObject): boolean => create_sql.startsWith("create unlogged");
  const partition = ({ create_sql }: SchemaObject): string => / partition by (.*)$/s.exec(create_sql)?.[1] ?? "";
  const options = ({ create_sql }: SchemaObject): string => / with \(([^()]*)\)$/.exec(create_sql)?.[1] ?? "";
  const steps: SchemaStep[] = [];
  const say = (kind: string, source: string, follower: string, verdict: Pick<SchemaStep, "class" | "remedy">): void => {
    steps.push(finished({ kind, object, source, follower, ...verdict }));
  };
  if (partition(wanted) !== partition(present)) {
    say("partitioning", partition(wanted), partition(present), { class: "blocks", remedy: reprotect });
  }
  if (unlogged(wanted) !== unlogged(present)) {
    const word = (object: SchemaObject): string => (unlogged(object) ? "unlogged" : "logged");
    say("persistence", word(wanted), word(present), { class: "blocks", remedy: reprotect });
  }
  if (options(wanted) !== options(present)) {
    const remedy = "storage parameters change no row; set them by hand where they matter";
    say("storage parameters", options(wanted), options(present), { class: "harmless", remedy });
  }
  return steps;
}

function extra(present: SchemaObject, { source, known }: Comparison): SchemaStep[] {
  const { kind, identity: object, create_sql, drop_sql } = present;
  const found = { kind, object, follower: create_sql };
  if (attributes.has(kind) || kind === "schema" || kind === "extension") return [];
  const role = granteeOf(present);
  if (role !== undefined && !source.facts.roles.includes(role)) {
    const remedy = "the role is the follower's own";
    return [finished({ ...found, class: "harmless", remedy })];
  }
  if (!drop_sql) return [];
  // Whatever else depends on it is not ours to drop with it; what belongs to the object itself goes anyway.
  const gentle = strict.has(kind) || kind === "view" ? drop_sql : drop_sql.replace(/ cascade$/, "");
  if (known.has(keyOf(present)) || kind === "grant" || kind === "replica identity") {
    const remedy = `it was dropped at the source: ${automatic}`;
    const steps = strict.has(kind) ? { loosen: [gentle] } : { settle: [gentle] };
    return [finished({ ...found, class: "carried", remedy, ...steps })];
  }
  if (strict.has(kind)) {
    const remedy = `only the follower has it, and it may refuse rows of the source: drop it there, or \`pilotlight db sync-schema --yes\``;
    return [finished({ ...found, class: "blocks", remedy, loosen: [gentle] })];
  }
  return [finished({ ...found, class: "harmless", remedy: "only the follower has it, and no row arrives there" })];
}

function byHand({ source, follower }: Comparison): SchemaStep[] {
  const there = new Map(follower.byHand.map((object) => [keyOf(object), object.create_sql]));
  return source.byHand.flatMap((wanted) => {
    const present = there.get(keyOf(wanted));
    if (present === wanted.create_sql) return [];
    const remedy = "make it by hand at the follower, the same as at the source";
    const { kind, identity: object, create_sql } = wanted;
    return [finished({ kind, object, source: create_sql, follower: present, class: "blocks", remedy })];
  });
}

/** An index counts once it is valid. Until then it may refuse rows already, so one that only the follower has must go. */
function indexBuilds({ source, follower }: Comparison): SchemaStep[] {
  const state = ({ building }: { readonly building: boolean }): string => (building ? "being built" : "left invalid");
  const wanted = new Set([
    ...source.objects.filter(({ kind }) => kind === "index").map(({ identity }) => identity),
    ...source.facts.unfinished.map(({ index }) => index),
  ]);
  return [
    ...source.facts.unfinished.map((each) => {
      const again = `drop index ${each.index}, or reindex index concurrently ${each.index}`;
      const remedy = each.building
        ? "it is carried once it is valid"
        : `an invalid index is not carried: ${again}, at the source`;
      return finished({
        ...{ kind: "index build", object: each.index, source: state(each) },
        class: "harmless",
        remedy,
      });
    }),
    ...follower.facts.unfinished
      .filter(({ index }) => !wanted.has(index))
      .map((each) =>
        finished({
          ...{ kind: "index build", object: each.index, follower: state(each), class: "blocks" },
          remedy: each.building
            ? "only the follower has it, and it may refuse rows of the source: end its build there"
            : "only the follower has it, and it may refuse rows of the source: drop it there, or `pilotlight db sync-schema --yes`",
          loosen: each.building ? [] : [dropIndex(each.index)],
        }),
      ),
  ];
}

/** What is true of the database as a whole, and what cannot be carried at all. */
function whole({ source, follower }: Comparison): SchemaStep[] {
  const steps: SchemaStep[] = [];
  const say = (part: Part): void => void steps.push(finished(part));
  const [a, b] = [source.facts, follower.facts];
  if (a.encoding !== b.encoding) {
    const remedy = `make the follower's database anew with encoding ${a.encoding}`;
    say({ kind: "database", object: "encoding", source: a.encoding, follower: b.encoding, class: "blocks", remedy });
  }
  if (normalLocale(a.locale) !== normalLocale(b.locale)) {
    const remedy = "rows are the same; text may sort otherwise there";
    say({ kind: "database", object: "locale", source: a.locale, follower: b.locale, class: "harmless", remedy });
  }
  const versions = new Map(b.extensions.map((each) => splitVersion(each)));
  for (const [name, version] of a.extensions.map(splitVersion)) {
    const other = versions.get(name);
    if (other === undefined || other === version) continue;
    const major = (text: string): string => text.split(".")[0] ?? "";
    const same = major(other) === major(version);
    const remedy = `alter extension ${name} update, where the service offers ${version}`;
    say({
      ...{ kind: "extension version", object: name, source: version, follower: other },
      class: same ? "harmless" : "blocks",
      remedy: same ? `a lesser version keeps the same types; ${remedy}` : remedy,
    });
  }
  for (const what of source.refused) {
    say({ kind: "content", object: what, source: "there", class: "blocks", remedy: "it is not carried" });
  }
  for (const what of source.receiving) {
    say({ kind: "arrival of rows", object: what, source: "there", class: "blocks", remedy: "as it says" });
  }
  for (const { kind, identity, create_sql } of source.objects) {
    if (kind !== "table" || !create_sql.startsWith("create unlogged")) continue;
    const remedy = "PostgreSQL itself drops the rows of unlogged tables after a crash: they are not carried";
    say({ kind: "unlogged rows", object: identity, source: "unlogged", class: "harmless", remedy });
  }
  const filled = new Set(b.populated);
  const views = new Set(follower.objects.filter(({ kind }) => kind === "view").map(({ identity }) => identity));
  for (const object of a.populated.filter((each) => views.has(each) && !filled.has(each))) {
    const settle = [`refresh materialized view ${object}`];
    say({ kind: "materialized rows", object, source: "filled", class: "carried", remedy: automatic, settle });
  }
  return steps;
}

function splitVersion(text: string): readonly [string, string] {
  const at = text.lastIndexOf(" ");
  return [text.slice(0, at), text.slice(at + 1)];
}

function normalLocale(text: string): string {
  return text.toLowerCase().replaceAll(/[-_.]/g, "");
}

function granteeOf({ kind, identity }: SchemaObject): string | undefined {
  if (kind !== "grant" && kind !== "default privilege") return undefined;
  const role = identity.slice(identity.lastIndexOf(" to ") + 4);
  return role === "public" || role === "current_user" ? undefined : role;
}
