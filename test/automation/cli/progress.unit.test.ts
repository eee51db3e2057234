import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { showProgress } from "../../../automation/cli/progress.ts";
import { createProgress } from "../../../sandbox/toolchain/progress.ts";

/** A terminal that keeps what is written to it. */
function terminal(): { readonly stream: NodeJS.WriteStream; readonly written: () => string } {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 80,
    rows: 24,
  }) as unknown as NodeJS.WriteStream;
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  return { stream, written: () => text };
}

/** Codes that move the cursor or clear lines; colours are others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const CURSOR = /\u001b\[[0-9;?]*[A-HJKSTfhln]|\r/;

const kinds = [
  ["dumb", false],
  ["xterm-256color", true],
] as const;

describe("progress on a terminal", () => {
  it.each(kinds)("of the kind %s: moves the cursor: %s", (kind, moves) => {
    const operations = terminal();
    const shown = showProgress(operations.stream, kind);
    shown.onEvent({ type: "stage-started", stage: "confirm", attempt: 1 });
    shown.onEvent({ type: "stage-finished", stage: "confirm", seconds: 1, already: false, evidence: {} });
    shown.close();
    expect(CURSOR.test(operations.written())).toBe(moves);
    expect(operations.written()).toContain("confirm");

    const parts = terminal();
    const toolchain = createProgress(parts.stream, kind);
    toolchain.report("engine", "downloading");
    toolchain.finish("engine", "there");
    toolchain.close();
    expect(CURSOR.test(parts.written())).toBe(moves);
    expect(parts.written()).toContain("downloading");
  });
});
