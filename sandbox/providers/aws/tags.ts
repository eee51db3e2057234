/** `[{ Key, Value }]`, the form of most services. */
export function tagList(tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

export function tagMap(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Record<string, string> {
  const pairs = (list ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
  return Object.fromEntries(pairs.filter(([key]) => !key.startsWith("aws:")).sort(([a], [b]) => a.localeCompare(b)));
}

/** Calls `remove` with keys that are no longer there and `add` with tags that are new or changed. */
export async function syncTags(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>> | undefined,
  change: {
    readonly add: (tags: Record<string, string>) => Promise<unknown>;
    readonly remove: (keys: string[]) => Promise<unknown>;
  },
): Promise<void> {
  const gone = Object.keys(before).filter((key) => !(key in (after ?? {})));
  const fresh = Object.entries(after ?? {}).filter(([key, value]) => before[key] !== value);
  if (gone.length > 0) await change.remove(gone);
  if (fresh.length > 0) await change.add(Object.fromEntries(fresh));
}
