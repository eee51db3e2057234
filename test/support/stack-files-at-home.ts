import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A stack's file as it is before the first move, whatever a run in this checkout has written there: users at the primary, the standby
 * dark, no epoch. What a test expects must not depend on it. Lines are changed, not the form of the file.
 */
export function stackFileAtHome(text: string): string {
  return text
    .replace(/^( {2}pilotlight:activeSite:) .*$/m, "$1 primary")
    .replace(/^( {2}pilotlight:drActive:) .*$/m, '$1 "false"')
    .replaceAll(/^ {2}pilotlight:(epoch|movedBy|movedAt): .*\n/gm, "");
}

/** Every stack's file of a project's copy. */
export function bringStackFilesHome(projectRoot: string): void {
  const folder = join(projectRoot, "stacks");
  for (const file of readdirSync(folder).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
    const path = join(folder, file);
    writeFileSync(path, stackFileAtHome(readFileSync(path, "utf8")));
  }
}
