import { authorityFile } from "../adapters/files/authority-file.ts";
import type { Settings } from "./settings.ts";

/** PEM of the only authorities that databases' certificates may come from. Undefined: the system's and the clouds' own. */
export function databaseAuthority({ databaseCaFile }: Pick<Settings, "databaseCaFile">): string | undefined {
  return databaseCaFile === undefined ? undefined : authorityFile("PILOTLIGHT_DATABASE_CA_FILE", databaseCaFile);
}

/** PEM of the authorities that services' certificates may come from as well. Undefined: the public ones alone. */
export function probeAuthority({ probeCaFile }: Pick<Settings, "probeCaFile">): string | undefined {
  return probeCaFile === undefined ? undefined : authorityFile("PILOTLIGHT_PROBE_CA_FILE", probeCaFile);
}
