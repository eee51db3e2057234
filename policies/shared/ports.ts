/** Sources that are everybody by themselves, as AWS and Azure write them. */
const WORLD: ReadonlySet<string> = new Set(["0.0.0.0/0", "::/0", "*", "0.0.0.0", "any", "internet"]);

export function isWorld(source: string): boolean {
  return WORLD.has(source.trim().toLowerCase());
}

/** Every port of a range is among those that may be open. */
export function allows(openPorts: readonly number[], from: number, to: number): boolean {
  if (to - from >= openPorts.length) return false;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).every((port) => openPorts.includes(port));
}

/** `443`, `8000-8010` or `*` as a range. Undefined: none of these. */
export function portRange(text: string): readonly [from: number, to: number] | undefined {
  if (text === "*") return [0, 65_535];
  const match = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2] ?? match[1])];
}
