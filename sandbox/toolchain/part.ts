/** One tool that the sandbox needs. */
export interface Part {
  readonly name: string;
  /** Path of the executable when it is there: named by the user, on PATH, or in the cache. */
  locate(): Promise<string | undefined>;
  /** Throws a ToolchainError (exit code 2) that says what to install when it cannot be made on this machine. */
  check(): Promise<void>;
  /** Makes it and returns the path of the executable. */
  make(context: MakeContext): Promise<string>;
}

export interface MakeContext {
  readonly report: (doing: string) => void;
  readonly signal: AbortSignal;
}

/** Where a part keeps its builds and logs, and where its definition is. */
export interface PartPlace {
  readonly cacheRoot: string;
  /** `sandbox/toolchain` */
  readonly definitions: string;
  readonly environment: NodeJS.ProcessEnv;
}
