/** One thing that is wrong in a stack's configuration. */
export interface ConfigProblem {
  /** As in the stack's file, e.g. `pilotlight:database.storageGib`. */
  readonly key: string;
  /** As found; undefined: not set. */
  readonly value: string | undefined;
  /** What would be right. */
  readonly right: string;
}

/** Everything that is wrong, at once. The message has a line for each problem and holds no secret: config has none. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      ["The stack's configuration is not right:", ...problems.map((problem) => `  ${describe(problem)}`)].join("\n"),
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

function describe({ key, value, right }: ConfigProblem): string {
  return `${key}${value === undefined ? " is not set" : `: ${value}`}; right would be: ${right}`;
}
