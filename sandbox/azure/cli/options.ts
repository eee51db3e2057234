import { AzUsageError } from "./usage-error.ts";

export interface OptionSpec {
  /** e.g. ["--name", "-n"] */
  readonly flags: readonly string[];
  readonly kind: "text" | "flag" | "list";
  readonly required?: boolean;
}

/** Values of options by their key; a flag's is "true". */
export type Options = Readonly<Record<string, readonly string[]>>;

const common: Readonly<Record<string, OptionSpec>> = {
  output: { flags: ["--output", "-o"], kind: "text" },
  query: { flags: ["--query"], kind: "text" },
  subscription: { flags: ["--subscription"], kind: "text" },
  onlyShowErrors: { flags: ["--only-show-errors"], kind: "flag" },
};

/** Reads what follows a command. Throws for an option that the command does not have: it never passes in silence. */
export function readOptions(
  command: string,
  specs: Readonly<Record<string, OptionSpec>>,
  argv: readonly string[],
): Options {
  const all = { ...common, ...specs };
  const found: Record<string, string[]> = {};
  for (let i = 0; i < argv.length; i += 1) {
    const [flag = "", inline] = splitFlag(argv[i] ?? "");
    const entry = Object.entries(all).find(([, spec]) => spec.flags.includes(flag));
    if (entry === undefined) {
      const known = Object.values(all).flatMap(({ flags }) => flags);
      throw new AzUsageError(
        `az ${command}: unrecognized argument '${argv[i]}'; the sandbox knows ${known.join(", ")}`,
      );
    }
    const [key, spec] = entry;
    if (spec.kind === "flag") {
      found[key] = ["true"];
      continue;
    }
    const value = inline ?? argv[++i];
    if (value === undefined) throw new AzUsageError(`az ${command}: expected a value after ${flag}`);
    found[key] = [...(spec.kind === "list" ? (found[key] ?? []) : []), value];
  }
  for (const [key, { flags, required }] of Object.entries(all)) {
    if (required === true && found[key] === undefined) {
      throw new AzUsageError(`az ${command}: the following argument is required: ${flags.join("/")}`);
    }
  }
  return found;
}

function splitFlag(argument: string): readonly [string, string | undefined] {
  const cut = argument.indexOf("=");
  return argument.startsWith("--") && cut > 0
    ? [argument.slice(0, cut), argument.slice(cut + 1)]
    : [argument, undefined];
}
