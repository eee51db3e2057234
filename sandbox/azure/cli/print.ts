import { AzUsageError } from "./usage-error.ts";

/** An answer as `az` prints it; empty for nothing. */
export function print(value: unknown, output: string, query: string | undefined): string {
  const chosen = query === undefined ? value : choose(value, query);
  if (output === "none" || chosen === undefined) return "";
  if (output === "json" || output === "jsonc") return `${JSON.stringify(chosen, null, 2)}\n`;
  if (output !== "tsv") throw new AzUsageError(`--output ${output}: the sandbox's az prints json, jsonc, tsv and none`);
  const rows = Array.isArray(chosen) ? chosen : [chosen];
  return rows.map((row) => `${cellsOf(row).join("\t")}\n`).join("");
}

/** The part of JMESPath that is a plain path: `a.b[0].c`. */
function choose(value: unknown, query: string): unknown {
  if (!/^[A-Za-z_]\w*(\[\d+\])*(\.[A-Za-z_]\w*(\[\d+\])*)*$/.test(query)) {
    throw new AzUsageError(
      `--query ${query}: the sandbox's az knows plain paths such as instanceView.state or containers[0].name`,
    );
  }
  return (query.match(/\w+/g) ?? []).reduce<unknown>((at, key) => memberOf(at, key), value) ?? null;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function cellsOf(row: unknown): readonly string[] {
  if (Array.isArray(row)) return row.map(text);
  return typeof row === "object" && row !== null ? Object.values(row).map(text) : [text(row)];
}

function text(cell: unknown): string {
  if (cell === null || cell === undefined) return "None";
  return typeof cell === "object" ? "" : String(cell);
}
