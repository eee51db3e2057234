/** The extensions of a database, by name, and those that its server would create. */
export interface ExtensionFacts {
  readonly extensions: readonly string[];
  /** In lower case. Undefined: the server has no list, and creates whatever it offers. */
  readonly allowedExtensions: readonly string[] | undefined;
}

/** What `source` has, and `follower` neither has nor would create. */
export function disallowedExtensions(source: Pick<ExtensionFacts, "extensions">, follower: ExtensionFacts): string[] {
  const { allowedExtensions: allowed } = follower;
  if (allowed === undefined) return [];
  return source.extensions.filter(
    (name) => !follower.extensions.includes(name) && !allowed.includes(name.toLowerCase()),
  );
}

/** What makes the follower's server create them. */
export function howToAllow(names: readonly string[]): string {
  return `add ${names.join(", ")} to database.extensions of that site's stack (azure.extensions of its server), then \`pilotlight up\``;
}
