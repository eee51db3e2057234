import { isEverybody } from "./addresses.ts";
import { allows, isWorld } from "./ports.ts";

/** Ports that a rule of a firewall opens to sources. */
export interface Opening {
  readonly from: number;
  readonly to: number;
  /** Addresses, blocks, or names for everybody. */
  readonly sources: readonly string[];
}

/**
 * What is open to everybody, beyond `openPorts`: first what one opening alone gives away (once for each source that is the world by
 * itself), then what several together do.
 */
export function openToEverybody(openings: readonly Opening[], openPorts: readonly number[]): readonly Opening[] {
  const alone = openings.flatMap((opening) => worldly(opening));
  const rest = openings.filter((opening) => worldly(opening).length === 0);
  const covered = (from: number, to: number) => alone.some((each) => each.from <= from && each.to >= to);
  return [...alone, ...together(rest).filter(({ from, to }) => !covered(from, to))].filter(
    ({ from, to }) => !allows(openPorts, from, to),
  );
}

function worldly(opening: Opening): readonly Opening[] {
  const named = opening.sources.filter(isWorld);
  if (named.length > 0) return named.map((source) => ({ ...opening, sources: [source] }));
  return isEverybody(opening.sources) ? [opening] : [];
}

/** Between two edges, the same openings hold: the sources of these are taken together. */
function together(openings: readonly Opening[]): readonly Opening[] {
  const edges = [...new Set(openings.flatMap(({ from, to }) => [from, to + 1]))].toSorted((one, other) => one - other);
  const found: Opening[] = [];
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const to = (edges[index + 1] ?? from + 1) - 1;
    const sources = [
      ...new Set(openings.filter((each) => each.from <= from && each.to >= to).flatMap((each) => each.sources)),
    ];
    if (!isEverybody(sources)) continue;
    const before = found.at(-1);
    if (before?.to === from - 1 && before.sources.join() === sources.join())
      found[found.length - 1] = { ...before, to };
    else found.push({ from, to, sources });
  }
  return found;
}

/** `port 22 open to 0.0.0.0/1, 128.0.0.0/1`. */
export function openingText({ from, to, sources }: Opening): string {
  const ports = from === to ? `port ${from}` : `ports ${from}-${to}`;
  const shown = sources.slice(0, 4).join(", ");
  return `${ports} open to ${shown}${sources.length > 4 ? ` and ${sources.length - 4} more` : ""}`;
}
