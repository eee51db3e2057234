import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = resolve(import.meta.dirname, "../../scripts/generate-component-docs.ts");

const shared = `
export interface SharedArgs {
  /** Where it is. */
  readonly region: string;
}
export interface Login {
  /** Who logs in. */
  readonly user: string;
}
export type Store =
  | {
      readonly kind: "bucket";
      /** Its name. */
      readonly name: string;
    }
  | {
      readonly kind: "account";
      /** Its account. */
      readonly account: string;
    };
`;
const widget = `
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { Vault as KeyVault } from "@pulumi/azure-native/keyvault/vault.js";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { Login, SharedArgs, Store } from "../shared.ts";

export interface WidgetArgs extends SharedArgs {
  /** Replicas. Default 3. */
  readonly replicas?: number;
  /** One | two. */
  readonly mode: "one" | "two";
  /** Probing. */
  readonly probe: {
    /** Seconds. */
    readonly interval: number;
  };
  /** How to log in. */
  readonly login?: Login;
  /** Where objects are. */
  readonly store: Store;
}

/** A widget. */
export class Widget extends ComponentResource {
  /** Its address. */
  readonly address: Output<string>;
  readonly #secret = 1;

  constructor(name: string, args: WidgetArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:Widget", name, {}, options);
    new Vpc(name, {});
    new KeyVault(name, {});
  }

  /** Address of a part. */
  host(part: string): Output<string> {
    return this.address;
  }
}
`;

describe("the components' reference", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pilotlight-docs-"));
    mkdirSync(join(folder, "components", "aws"), { recursive: true });
    write("shared.ts", shared);
    write("aws/widget.ts", widget);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (path: string, text: string): void => writeFileSync(join(folder, "components", path), text);
  const run = (...args: readonly string[]) => {
    const flags = ["--components", join(folder, "components"), "--output", join(folder, "components.md"), ...args];
    const { status, stderr } = spawnSync(process.execPath, [script, ...flags], { cwd: folder, encoding: "utf8" });
    return { status, stderr };
  };
  const text = (): string => readFileSync(join(folder, "components.md"), "utf8");

  it("tells a component with its options, inherited and nested, its outputs and its children", () => {
    expect(run()).toEqual({ status: 0, stderr: "" });
    const made = text();
    for (const line of [
      "### AWS Widget",
      "`Widget` in `components/aws/widget.ts`, type `pilotlight:aws:Widget`",
      "| `region` | `string` | required | Where it is. |",
      "| `replicas` | `number` | 3 | Replicas. Default 3. |",
      '| `mode` | `"one" \\| "two"` | required | One \\| two. |',
      "| `probe.interval` | `number` | required | Seconds. |",
      "| `login` | `Login` | none | How to log in. |",
      "| `user` | `string` | required | Who logs in. |",
      '| `kind` | `"bucket" \\| "account"` | required |  |',
      "| `address` | `Output<string>` | Its address. |",
      "| `host(part)` | `Output<string>` | Address of a part. |",
      "Makes `aws:ec2/vpc:Vpc`, `azure-native:keyvault:Vault`.",
    ]) {
      expect(made).toContain(line);
    }
    expect(made).not.toContain("secret");
    run();
    expect(text()).toBe(made);
  });

  it("fails with file and line of every docstring that is missing", () => {
    const bare = widget.replaceAll(/^ *\/\*\* (A widget|Its address|Seconds|Replicas.*)\. \*\/\n/gm, "");
    write("aws/widget.ts", bare);
    write("shared.ts", shared.replace("  /** Who logs in. */\n", ""));
    const { status, stderr } = run();
    expect(status).toBe(1);
    const line = (start: string): number =>
      bare.split("\n").findIndex((each) => each.trimStart().startsWith(start)) + 1;
    expect(stderr.trim().split("\n").sort()).toEqual(
      [
        `components/aws/widget.ts:${line("export class Widget")}: component Widget has no docstring`,
        `components/aws/widget.ts:${line("readonly replicas")}: option of Widget: replicas has no docstring`,
        `components/aws/widget.ts:${line("readonly interval")}: option of Widget: probe.interval has no docstring`,
        `components/aws/widget.ts:${line("readonly address")}: output of Widget: address has no docstring`,
        "components/shared.ts:7: member of Login: user has no docstring",
      ].sort(),
    );
  });

  it("checks without writing: an old file fails, and says what to do", () => {
    expect(run("--check")).toMatchObject({ status: 1, stderr: expect.stringContaining("npm run docs:components") });
    run();
    expect(run("--check")).toEqual({ status: 0, stderr: "" });
    const before = text();
    write("aws/widget.ts", widget.replace("A widget.", "Another widget."));
    expect(run("--check").status).toBe(1);
    expect(text()).toBe(before);
  });
});
