import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { ToolchainError } from "../../../sandbox/toolchain/errors.ts";
import { requiredVersion } from "../../../sandbox/toolchain/go.ts";
import type { Part } from "../../../sandbox/toolchain/part.ts";
import { isRecentEnough } from "../../../sandbox/toolchain/parts/pulumi.ts";
import { createProgress, formatDuration, type Progress } from "../../../sandbox/toolchain/progress.ts";
import { findChecksum } from "../../../sandbox/toolchain/pulumi-download.ts";
import { provide } from "../../../sandbox/toolchain/toolchain.ts";

const part = (name: string, changes: Partial<Part> = {}): Part => ({
  name,
  locate: async () => undefined,
  check: async () => undefined,
  make: async () => `/made/${name}`,
  ...changes,
});

function recorder(): { readonly progress: Progress; readonly lines: string[] } {
  const lines: string[] = [];
  const progress: Progress = {
    report: (name, doing) => lines.push(`${name} ${doing}`),
    finish: (name) => lines.push(`${name} finished`),
    close: () => undefined,
  };
  return { progress, lines };
}

describe("provide", () => {
  it("makes only what is not there, and says nothing of the rest", async () => {
    const { progress, lines } = recorder();
    const parts = [part("a", { locate: async () => "/there/a" }), part("b")];
    expect(await provide(parts, progress, undefined)).toEqual(["/there/a", "/made/b"]);
    expect(lines).toEqual(["b finished"]);
  });

  it("says everything that is missing on the machine before it builds anything", async () => {
    const { progress } = recorder();
    const lacking = (what: string): Partial<Part> => ({
      check: () => Promise.reject(new ToolchainError(`${what} is missing.`, 2)),
      make: () => Promise.reject(new Error("must not be built")),
    });
    const failure = provide([part("a", lacking("Go")), part("b", lacking("Python")), part("c")], progress, undefined);
    await expect(failure).rejects.toMatchObject({ message: "Go is missing.\nPython is missing.", exitCode: 2 });
  });

  it("stops the others when one fails, and reports that one", async () => {
    const { progress } = recorder();
    let stopped = false;
    const slow = part("slow", {
      make: async ({ signal }) => {
        await sleep(5_000, undefined, { signal }).catch(() => {
          stopped = true;
        });
        throw signal.reason;
      },
    });
    const bad = part("bad", { make: () => Promise.reject(new ToolchainError("its log says why", 1)) });
    await expect(provide([slow, bad], progress, undefined)).rejects.toThrow("its log says why");
    expect(stopped).toBe(true);
  });
});

describe("versions and checksums", () => {
  it.each([
    ["3.250.0", true],
    ["3.205.0", true],
    ["4.0.0", true],
    ["3.204.9", false],
    ["3.206.0-alpha.1", true],
    ["0", false],
  ])("pulumi %s on PATH is recent enough: %s", (version, expected) => {
    expect(isRecentEnough(version)).toBe(expected);
  });

  it("reads a module's version from go.mod, in a block or alone", () => {
    expect(requiredVersion("require (\n\tk8s.io/kubernetes v1.34.0\n)\n", "k8s.io/kubernetes")).toBe("v1.34.0");
    expect(requiredVersion("require a.dev/b v2.0.1 // indirect\n", "a.dev/b")).toBe("v2.0.1");
    expect(() => requiredVersion("module x\n", "a.dev/b")).toThrow("go.mod requires no a.dev/b.");
  });

  it("finds the checksum of exactly this file", () => {
    const [one, two] = ["1".repeat(64), "2".repeat(64)];
    const listing = `${one}  tool-linux-arm64.tar.gz\n${two} *tool-linux-x64.tar.gz\nshort  other\n`;
    expect(findChecksum(listing, "tool-linux-x64.tar.gz")).toBe(two);
    expect(findChecksum(listing, "other")).toBeUndefined();
    expect(findChecksum(listing, "tool")).toBeUndefined();
  });
});

describe("progress", () => {
  const stream = (isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly text: () => string } => {
    let text = "";
    const write = (chunk: string): boolean => {
      text += chunk;
      return true;
    };
    return { stream: Object.assign(Object.create(null), { isTTY, columns: 60, write }), text: () => text };
  };

  it("writes plain lines where there is no terminal", () => {
    const { stream: out, text } = stream(false);
    const progress = createProgress(out);
    progress.report("pulumi", "building");
    progress.finish("pulumi", "ready after 3m 05s");
    progress.close();
    expect(text()).toBe("… pulumi       building (0s)\n✓ pulumi       ready after 3m 05s\n");
  });

  it("redraws one line per part on a terminal, never wider than it", () => {
    const { stream: out, text } = stream(true);
    const progress = createProgress(out);
    progress.report("a", "x".repeat(100));
    progress.report("b", "building");
    progress.close();
    const rows = text().split("\n");
    expect(text()).toContain("\x1b[1A");
    for (const row of rows) expect(stripVTControlCharacters(row).length).toBeLessThan(60);
  });

  it("formats durations", () => {
    expect([7_400, 59_600, 185_000].map(formatDuration)).toEqual(["7s", "1m 00s", "3m 05s"]);
  });
});
