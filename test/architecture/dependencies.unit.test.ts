import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import semver from "semver";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runsTypeScript } from "../../bin/runs-typescript.mjs";

const root = resolve(import.meta.dirname, "../..");
const versions = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  name: z.string(),
  engines: z.object({ node: z.string() }).optional(),
  workspaces: z.array(z.string()).default([]),
  dependencies: versions,
  devDependencies: versions,
});
const lockfileSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      dev: z.boolean().default(false),
      engines: z.union([z.record(z.string(), z.string()), z.array(z.string())]).optional(),
    }),
  ),
});

const manifestOf = (folder: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")));
const product = manifestOf(".");
const sandbox = manifestOf("sandbox");
const components = manifestOf("components");
const lockfile = lockfileSchema.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")));

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\n")
  // Bundled: what it needs is inside it. And the canary breaks rules on purpose.
  .filter(
    (path) =>
      path !== "" && !/^(components\/azure\/failover-functions-package|test\/architecture\/canary)\//.test(path),
  );

/** Packages that files below the folders import, by name, each with one of the files that do. */
function importsOf(folders: RegExp): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of tracked.filter((file) => folders.test(file) && /\.[cm]?[jt]s$/.test(file))) {
    for (const name of packagesIn(readFileSync(join(root, path), "utf8"))) found.set(name, path);
  }
  return found;
}

function packagesIn(source: string): readonly string[] {
  const resolved = [...source.matchAll(/\b(?:require|createRequire\([^()]*\))\.resolve\("([^"]+)"\)/g)].map(
    ([, name = ""]) => name,
  );
  return [...ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName), ...resolved]
    .filter((name) => /^[@a-z]/.test(name) && !isBuiltin(name))
    .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"));
}

/** `<package> (<file>)` of every import that the manifest does not list. */
function undeclared(folders: RegExp, declared: Readonly<Record<string, string>>): readonly string[] {
  return [...importsOf(folders)]
    .filter(([name]) => declared[name] === undefined)
    .map(([name, path]) => `${name} (${path})`);
}

describe("the packages", () => {
  it("see an import in each of its forms", () => {
    const source = `import a from "one"; import type { B } from "@two/b/c.js"; export { d } from "three/d";
      const e = await import("four"); const f = require("five"); const g = require.resolve("yaml/g.js");
      import "node:fs"; import "fs"; import "./seven.ts";`;
    expect(packagesIn(source)).toEqual(["one", "@two/b", "three", "four", "five", "yaml"]);
    expect(undeclared(/^automation\//, {})).toContainEqual(expect.stringMatching(/^zod \(automation\//));
  });

  it("declare what the product imports, without what only tests, builds or the sandbox need", () => {
    expect(undeclared(/^(stacks|components|automation\/(?!functions\/)|policies|bin)\//, product.dependencies)).toEqual(
      [],
    );
  });

  it("declare what the bundled functions import when they are built", () => {
    const { dependencies, devDependencies } = product;
    expect(undeclared(/^automation\/functions\//, { ...dependencies, ...devDependencies })).toEqual([]);
  });

  it("declare what the sandbox imports", () => {
    expect(undeclared(/^sandbox\//, sandbox.dependencies)).toEqual([]);
  });

  it("declare what the components import where they are a package of their own", () => {
    expect(undeclared(/^components\//, components.dependencies)).toEqual([]);
  });

  it("declare what tests, benches and scripts import, with the workspace's", () => {
    const all = [product, sandbox].flatMap((manifest) => [manifest.dependencies, manifest.devDependencies]);
    expect(undeclared(/^((test|bench|scripts)\/|[^/]+$)/, Object.assign({}, ...all))).toEqual([]);
  });

  it("declare nothing that nobody uses", () => {
    // Types are found by the compiler, `node` by its path, the rest of these by their commands.
    const byOther = /^(@types\/|node$|typescript$|@biomejs\/biome$)/;
    const unused = (folders: RegExp, declared: Readonly<Record<string, string>>) => {
      const used = importsOf(folders);
      return Object.keys(declared).filter((name) => !byOther.test(name) && !used.has(name));
    };
    expect(unused(/^(stacks|components|automation|policies|bin)\//, product.dependencies)).toEqual([]);
    expect(unused(/^sandbox\//, sandbox.dependencies)).toEqual([]);
    expect(unused(/^components\//, components.dependencies)).toEqual([]);
    expect(unused(/./, product.devDependencies)).toEqual([]);
  });

  it("agree on versions, and pin what is not released yet", () => {
    const all = [product, sandbox, components].flatMap(({ dependencies, devDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies }),
    );
    const wanted = Object.groupBy(all, ([name]) => name);
    const differing = Object.entries(wanted).filter(
      ([, uses = []]) => new Set(uses.map(([, range]) => range)).size > 1,
    );
    expect(differing).toEqual([]);
    expect(all.filter(([, range]) => range.includes("-") && semver.valid(range) === null)).toEqual([]);
  });

  it("have names of their own", () => {
    const names = tracked
      .filter((path) => /(^|\/)package\.json$/.test(path))
      .map((path) => manifestOf(join(path, "..")).name);
    expect(names.length).toBeGreaterThan(5);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it("are locked without the address of a registry", () => {
    const addresses = Object.values(lockfile.packages).map(({ resolved }) => resolved);
    expect(addresses.filter((address) => address !== undefined)).toEqual(product.workspaces);
  });
});

describe("engines", () => {
  const range = product.engines?.node ?? "";

  it.each(["18.20.8", "20.19.5", "22.18.0", "22.19.0", "22.21.1", "23.5.0", "23.6.0", "24.0.0", "24.21.0", "26.1.0"])(
    "says of Node %s what the command line does with it",
    (version) => expect(runsTypeScript(version)).toBe(semver.satisfies(version, range)),
  );

  it("is the same everywhere, and nothing that is installed with the product wants more", () => {
    expect([sandbox.engines?.node, components.engines?.node]).toEqual([range, range]);
    const narrower = Object.entries(lockfile.packages).filter(([, { dev, engines }]) => {
      const wanted = engines === undefined || Array.isArray(engines) ? undefined : engines["node"];
      return !dev && wanted !== undefined && !semver.subset(range, wanted);
    });
    expect(narrower.map(([path]) => path)).toEqual([]);
  });
});
