import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadEnvironment } from "../../../automation/composition/environment-file.ts";
import { readSettings } from "../../../automation/composition/settings.ts";
import { parseStackName } from "../../../stacks/config.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pilotlight-env-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const inherited = { HOME: "/home/someone", SECRET: "inherited" };
const load = (content: string | Buffer) => {
  writeFileSync(join(root, ".env.production"), content);
  return loadEnvironment(root, "production", inherited);
};
/** What the driver makes of the file, without what was there before. */
function ours(content: string): Record<string, string | undefined> | undefined {
  try {
    const { HOME: _, SECRET: __, PILOTLIGHT_ENVIRONMENT: ___, ...rest } = load(content);
    return rest;
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid-input", message: expect.stringMatching(/line \d+, column \d+/) });
    return undefined;
  }
}
/** What a shell makes of it; undefined where it says that something is wrong. */
function shells(content: string, shell: readonly string[]): Record<string, string> | undefined {
  const file = join(root, "for-the-shell");
  writeFileSync(file, content);
  const [command = "/bin/sh", ...options] = shell;
  try {
    const script = 'set -a; . "$1" >/dev/null || exit 9; exec /usr/bin/env -0';
    const text = execFileSync(command, [...options, "-c", script, "sh", file], {
      env: { ...inherited, PATH: "/nowhere" },
      stdio: ["ignore", "pipe", "ignore"],
    }).toString();
    const {
      HOME: _,
      SECRET: __,
      PATH: ___,
      PWD: _p,
      OLDPWD: _o,
      SHLVL: _s,
      _: ____,
      ...rest
    } = Object.fromEntries(
      text
        .split("\0")
        .filter((pair) => pair !== "")
        .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
    return rest;
  } catch {
    return undefined;
  }
}

describe("an environment's file", () => {
  it.each<[string, string, Record<string, string>]>([
    ["# inside a word", "A=pass#word", { A: "pass#word" }],
    ["# at the start of a value", "A=#word", { A: "#word" }],
    ["a comment behind a value", "A=one # two", { A: "one" }],
    ["# in quotes", `A="p #1"\nB='p #2'`, { A: "p #1", B: "p #2" }],
    ["a comment with a quote in it", "# it's so\nA=1", { A: "1" }],
    ["export", "export A=1\n  export  B='two words'", { A: "1", B: "two words" }],
    ["parts of different quotes", `A=a'b c'"d e"f`, { A: "ab cd ef" }],
    ["a single quote in a value", `A='it'\\''s'`, { A: "it's" }],
    [
      "several lines",
      `A='-----BEGIN KEY-----\nabc\n-----END KEY-----\n'\nB=2`,
      { A: "-----BEGIN KEY-----\nabc\n-----END KEY-----\n", B: "2" },
    ],
    ["escapes outside of quotes", "A=a\\ b\\#c\\$d", { A: "a b#c$d" }],
    ["escapes in double quotes, and what is none", `A="a\\"b\\\\c\\n\\$d"`, { A: 'a"b\\c\\n$d' }],
    ["a line that goes on", "A=one\\\ntwo", { A: "onetwo" }],
    ["backslashes in single quotes", "A='C:\\new'", { A: "C:\\new" }],
    ["a variable of before", `A=1\nB=$A-2\nC="\${B}3"\nD='$A'`, { A: "1", B: "1-2", C: "1-23", D: "$A" }],
    ["a variable of the process", "A=$HOME/keys", { A: "/home/someone/keys" }],
    ["$ at the end", "A=100$\nB='100$'", { A: "100$", B: "100$" }],
    ["= in a value", "A=b=c==", { A: "b=c==" }],
    ["nothing", "A=\nB=''\nC= # none", { A: "", B: "", C: "" }],
    ["the last of two", "A=1\nA=2", { A: "2" }],
    ["no line end at the end", "A=1", { A: "1" }],
    ["what a shell does not expand", "A=*.[a]{b,c}!?é", { A: "*.[a]{b,c}!?é" }],
  ])("reads %s as a shell does", (_, content, expected) => {
    expect(ours(content)).toEqual(expected);
    expect(shells(content, ["/bin/sh"])).toEqual(expected);
  });

  it.each<[string, string | Buffer, string]>([
    ["a blank in a value", "A=1\nPASSPHRASE=correct horse", "line 2, column 19: a blank ends the value of PASSPHRASE"],
    ["a blank before the value", "A= b", "line 1, column 3: a blank ends the value of A"],
    ["a blank before =", "A =b", "line 1, column 2: NAME=value is expected"],
    ["& in a value", "URL=http://x/?a=1&b=2", 'line 1, column 18: "&" ends the value of URL'],
    ["a second assignment", "A=1; B=2", 'line 1, column 4: ";" ends the value of A'],
    ["Windows line ends", "A=1\r\nB=2\r\n", "line 1, column 4: a carriage return"],
    ["a byte order mark", "\ufeffA=1\n", "line 1, column 1: a byte order mark"],
    ["UTF-16", Buffer.from("A=1\n", "utf16le"), "line 1, column 2: a zero byte"],
    ["Latin-1", Buffer.from([0x41, 0x3d, 0xe9, 0x0a]), "line 1, column 3: bytes that are not UTF-8"],
    [
      "an open single quote",
      "A=1\nB='two\nC=3\n",
      "line 2, column 3: the single quote in the value of B is not closed",
    ],
    ["an open double quote", 'A="one\n\n', "line 1, column 3: the double quote in the value of A is not closed"],
    ["a command", "A=$(cat key)", "line 1, column 3: this $"],
    ["a command in backticks", 'A="`cat key`"', "line 1, column 4: a command"],
    ["what has a default", `A=$${"{B:-c}"}`, "line 1, column 3: this $"],
    ["a variable that is not set", 'A="pa$word"', "line 1, column 6: $word is not set"],
    ["a home directory", "A=~/key", "line 1, column 3: ~"],
    ["a home directory in a path", "A=/bin:~/bin", "line 1, column 8: ~"],
    ["a name with a hyphen", "MY-NAME=1", "line 1, column 3: NAME=value is expected"],
    ["a name alone", "export A", "line 1, column 9: NAME=value is expected"],
    ["YAML", "A: 1", "line 1, column 2: NAME=value is expected"],
    ["a list", "A=(1 2)", 'line 1, column 3: "(" ends the value of A'],
    ["a backslash that ends the file", "A=b\\", "line 1, column 4: the backslash"],
  ])("refuses %s, with line and column and without the value", (_, content, expected) => {
    expect(() => load(content)).toThrow(`.env.production, ${expected}`);
    expect(() => load(content)).not.toThrow("horse");
    expect(() => load(content)).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });

  it("says nothing but what two shells say, whatever the file holds", { timeout: 120_000 }, () => {
    const piece = fc.constantFrom(
      ..."ab1= \t\n#'\"\\$`~:;&|<>(){}[]*?!@-+.,%^é".split(""),
      ...["A=", "B=", "export ", "\nA=", "\nB=", "$A", `$${"{A}"}`, "$HOME", "\\\n", " # ", "'x y'", '"x y"'],
    );
    const text = fc.array(piece, { maxLength: 14 }).map((pieces) => `A=${pieces.join("")}`);
    let read = 0;
    fc.assert(
      fc.property(text, (content) => {
        const found = ours(content);
        if (found === undefined) return;
        read++;
        expect(found).toEqual(shells(content, ["/bin/sh"]));
        expect(found).toEqual(shells(content, ["/bin/bash", "--posix"]));
      }),
      { numRuns: 1500 },
    );
    expect(read).toBeGreaterThan(200);
  });

  it("names the file that cannot be read", () => {
    mkdirSync(join(root, ".env.production"));
    expect(() => loadEnvironment(root, "production", {})).toThrow(/cannot read .*\.env\.production: EISDIR/);
  });
});

describe("the name of an environment", () => {
  const verdicts = (name: string) => {
    writeFileSync(join(root, `.env.${name}`), "A=1\n");
    const accepts = (work: () => unknown): boolean => {
      try {
        work();
        return true;
      } catch {
        return false;
      }
    };
    return [
      accepts(() => parseStackName(`${name}-primary`)),
      accepts(() => loadEnvironment(root, name, {})),
      accepts(() => loadEnvironment(root, undefined, { PILOTLIGHT_ENVIRONMENT: name })),
      accepts(() => readSettings({ PILOTLIGHT_ENVIRONMENT: name }, root)),
    ];
  };

  it.each(["production", "prod-eu-1", "ab", "a1", "a".repeat(24)])(
    "%s is right for the stacks and the driver",
    (name) => {
      expect(verdicts(name)).toEqual([true, true, true, true]);
    },
  );

  it.each(["a", "a".repeat(25), "1a", "Prod", "prod_eu", "prod--eu", "-prod", "prod-", "prod.eu", "é"])(
    "%s is wrong for the stacks and the driver",
    (name) => {
      expect(verdicts(name)).toEqual([false, false, false, false]);
    },
  );

  it("is the only one that is set up, whatever an editor left beside its file", () => {
    for (const name of ["prod-eu", "prod-eu~", ".prod-eu.swp", "prod-eu.bak"])
      writeFileSync(join(root, `.env.${name}`), "A=1\n");
    expect(loadEnvironment(root, undefined, {})).toMatchObject({ A: "1", PILOTLIGHT_ENVIRONMENT: "prod-eu" });
  });
});
