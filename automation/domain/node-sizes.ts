/** A size that the cloud had no room for, and its words. */
export interface RefusedSize {
  readonly nodeType: string;
  readonly reason: string;
}

/** In which order sizes are tried: the one in use first, then the others as they were declared, each once. */
export function sizesToTry(inUse: string | undefined, declared: readonly string[]): readonly string[] {
  return [...new Set([...(inUse === undefined ? [] : [inUse]), ...declared])];
}

/** `size` goes first and nothing is forgotten: a size that was refused today is tried again another day. */
export function withFirst(size: string, sizes: readonly string[]): readonly string[] {
  return [size, ...sizes.filter((each) => each !== size)];
}

/** For the guard: every size that was tried, and the cloud's words on the last; they are much the same for all. */
export function refusalText(refused: readonly RefusedSize[]): string {
  return `tried ${refused.map(({ nodeType }) => nodeType).join(", ")}; ${refused.at(-1)?.reason ?? ""}`;
}
