import { createHash } from "node:crypto";

/** What identifies everything of one environment. */
export interface Identity {
  /** Lower-case letters, digits and hyphens, starts with a letter, 2-24 characters. */
  readonly application: string;
  /** The same form. */
  readonly environment: string;
}

/** `<application>-<environment>`, at most 49 characters. */
export function baseName({ application, environment }: Identity): string {
  return `${application}-${environment}`;
}

/** Six lower-case hex digits that depend on nothing but `text`. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}

/**
 * `text` within `max` characters. A text that has to be cut ends in a hash of itself, so that two long texts do not
 * become one.
 */
export function cutName(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 7).replace(/-+$/, "")}-${shortHash(text)}`;
}

/** Joins `stem` and `tail` with a hyphen within `max` characters. The stem is cut, never the tail, which makes the name unique. */
export function boundedName(stem: string, tail: string, max: number): string {
  return `${cutName(stem, max - tail.length - 1)}-${tail}`;
}

/** The same without separators, for names of lower-case letters and digits only. */
export function compactName(stem: string, tail: string, max: number): string {
  const clean = stem.replace(/[^a-z0-9]/g, "");
  const room = max - tail.length;
  return clean.length <= room ? clean + tail : clean.slice(0, room - 6) + shortHash(stem) + tail;
}
