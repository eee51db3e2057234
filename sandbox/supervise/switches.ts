import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isScalar, parseDocument } from "yaml";

/** How a never failed-over environment has them. */
const atRest = { "pilotlight:drActive": false, "pilotlight:activeSite": "primary" } as const;

/**
 * Turns the switches in `stacks/Pulumi.<environment>-*.yaml` back, since the state that they described is gone. Comments
 * and all else stay as they are. Returns the files that changed.
 */
export function resetSwitches(projectRoot: string, environment: string): readonly string[] {
  const folder = join(projectRoot, "stacks");
  const name = new RegExp(`^Pulumi\\.${environment}-.+\\.ya?ml$`);
  let files: readonly string[];
  try {
    files = readdirSync(folder).filter((file) => name.test(file));
  } catch {
    return [];
  }
  return files.map((file) => join(folder, file)).filter((file) => resetFile(file));
}

function resetFile(file: string): boolean {
  const document = parseDocument(readFileSync(file, "utf8"));
  if (document.errors.length > 0) throw new Error(`${file} is not YAML: ${document.errors[0]?.message}`);
  let changed = false;
  for (const [key, value] of Object.entries(atRest)) {
    const node = document.getIn(["config", key], true);
    if (!isScalar(node) || String(node.value) === String(value)) continue;
    // The engine's own edits make every value a string.
    node.value = typeof node.value === "string" ? String(value) : value;
    changed = true;
  }
  // The epoch, and who moved, are of the state that is gone.
  for (const key of ["pilotlight:epoch", "pilotlight:movedBy", "pilotlight:movedAt"])
    changed = document.deleteIn(["config", key]) || changed;
  if (changed) writeFileSync(file, document.toString({ lineWidth: 0 }));
  return changed;
}
