import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const projectRoot = resolve(import.meta.dirname, "../../..");
const manifestSchema = z.object({
  version: z.string(),
  main: z.string().optional(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
const manifest = (folder: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(join(projectRoot, folder, "package.json"), "utf8")));

/** `components/` is installed by itself when another program takes it from a repository. */
describe("the manifest of the component package", () => {
  it("has the versions that this project is tested with", () => {
    const root = manifest(".");
    const own = manifest("components");
    expect(own.version).toBe(root.version);
    for (const [name, version] of Object.entries(own.dependencies)) {
      expect([name, version]).toEqual([name, root.dependencies[name] ?? root.devDependencies[name]]);
    }
  });

  it("lists every package that the components import", () => {
    const own = manifest("components");
    const files = readdirSync(join(projectRoot, "components"), { recursive: true, encoding: "utf8" });
    const imported = files
      .filter((file) => /\.(ts|js)$/.test(file) && !file.includes("node_modules"))
      .flatMap((file) => [
        ...readFileSync(join(projectRoot, "components", file), "utf8").matchAll(/ from "([^."][^"]*)"/g),
      ])
      .map(([, from = ""]) =>
        from
          .split("/")
          .slice(0, from.startsWith("@") ? 2 : 1)
          .join("/"),
      )
      .filter((name) => !name.startsWith("node:"));
    expect(Object.keys(own.dependencies)).toEqual(expect.arrayContaining([...new Set(imported)]));
  });

  it("imports nothing from outside its folder", () => {
    const folder = join(projectRoot, "components");
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || file.includes("node_modules")) continue;
      for (const [, from = ""] of readFileSync(join(folder, file), "utf8").matchAll(/ from "(\.[^"]*)"/g)) {
        expect(resolve(folder, file, "..", from), file).toContain(`${folder}/`);
      }
    }
  });
});
