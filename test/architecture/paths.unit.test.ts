import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Pages for people; CHANGELOG.md tells of files that are gone. */
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], { cwd: root })
  .toString()
  .split("\n")
  .filter(
    (path) => /^([A-Z]+\.md|docs\/.*\.md)$/.test(path) && path !== "CHANGELOG.md" && existsSync(join(root, path)),
  );

/** Rooms whose files are named from the top of the repository. */
const named = /`((?:automation|bench|bin|components|docs|policies|sandbox|scripts|stacks|test)\/[\w./-]+)`/g;
const linked = /\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g;

/** Names that stand for any of several files. */
function isExample(path: string): boolean {
  return path.startsWith("stacks/Pulumi.");
}

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");

  it("names only paths that exist", () => {
    const paths = [...text.matchAll(named)].map(([, path = ""]) => path);
    expect(paths.filter((path) => !isExample(path) && !existsSync(join(root, path)))).toEqual([]);
  });

  it("links only to pages that exist", () => {
    const paths = [...text.matchAll(linked)].map(([, path = ""]) => path);
    expect(paths.filter((path) => !existsSync(join(root, dirname(page), path)))).toEqual([]);
  });
});
