import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";

/**
 * A stack's file as it is before the first move, whatever a run in this checkout has written there: users at the primary, the standby
 * dark, no epoch. What a test expects must not depend on it.
 */
export function stackFileAtHome(text: string): string {
  const document = parseDocument(text);
  for (const [name, value] of [
    ["activeSite", "primary"],
    ["drActive", "false"],
  ] as const) {
    const path = ["config", `pilotlight:${name}`];
    if (document.hasIn(path)) document.setIn(path, value);
  }
  for (const name of ["epoch", "movedBy", "movedAt"]) document.deleteIn(["config", `pilotlight:${name}`]);
  return document.toString();
}

/** Every stack's file of a project's copy. */
export async function bringStackFilesHome(projectRoot: string): Promise<void> {
  const folder = join(projectRoot, "stacks");
  const files = (await readdir(folder)).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
  await Promise.all(
    files.map(async (file) => {
      const path = join(folder, file);
      await writeFile(path, stackFileAtHome(await readFile(path, "utf8")));
    }),
  );
}
