import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Pod, Volume } from "../api/objects.ts";
import { ConfigError } from "./config-error.ts";
import type { ValueSources } from "./environment.ts";

type Values = Readonly<Record<string, string>>;

/**
 * Writes a pod's Secret, ConfigMap, projected and emptyDir volumes below `directory`; answers volume name to directory.
 * Directories are 0700, files 0600. Throws {@link ConfigError} for a missing object or another kind of volume.
 */
export async function materialiseVolumes(
  pod: Pod,
  directory: string,
  sources: ValueSources,
): Promise<ReadonlyMap<string, string>> {
  const volumes = new Map<string, string>();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const volume of pod.spec.volumes ?? []) {
    const target = join(directory, volume.name);
    const files = await filesOf(volume, sources);
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const [path, text] of Object.entries(files)) await put(target, path, text);
    volumes.set(volume.name, target);
  }
  return volumes;
}

export async function removeVolumes(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

async function filesOf(volume: Volume, sources: ValueSources): Promise<Values> {
  if (volume.secret !== undefined) {
    const { secretName = "", items, optional } = volume.secret;
    return pick(await sources.secret(secretName), items, optional, `secret "${secretName}"`);
  }
  if (volume.configMap !== undefined) {
    const { name = "", items, optional } = volume.configMap;
    return pick(await sources.configMap(name), items, optional, `configmap "${name}"`);
  }
  if (volume.projected !== undefined) {
    let files: Values = {};
    // Service account tokens and the downward API are left out: the sandbox's pods do not call the API server.
    for (const { secret, configMap } of volume.projected.sources ?? []) {
      const name = secret?.name ?? configMap?.name ?? "";
      // Every pod has this one, for the API server's authority; it is not worth a wait for its controller.
      if (secret === undefined && (configMap === undefined || name === "kube-root-ca.crt")) continue;
      const values = await (secret ? sources.secret(name) : sources.configMap(name));
      files = {
        ...files,
        ...pick(values, (secret ?? configMap)?.items, (secret ?? configMap)?.optional, `projected source "${name}"`),
      };
    }
    return files;
  }
  if (volume.emptyDir !== undefined) return {};
  throw new ConfigError(
    "CreateContainerError",
    `volume ${volume.name}: the sandbox knows secret, configMap, projected and emptyDir volumes (and has no CSI driver)`,
  );
}

function pick(
  values: Values | undefined,
  items: readonly { key: string; path: string }[] | undefined,
  optional: boolean | undefined,
  what: string,
): Values {
  if (values === undefined) {
    if (optional === true) return {};
    throw new ConfigError("CreateContainerConfigError", `${what} not found`);
  }
  if (items === undefined) return values;
  return Object.fromEntries(
    items.flatMap(({ key, path }) => {
      const value = values[key];
      if (value !== undefined) return [[path, value] as const];
      if (optional === true) return [];
      throw new ConfigError("CreateContainerConfigError", `${what} has no key ${key}`);
    }),
  );
}

async function put(directory: string, path: string, text: string): Promise<void> {
  const file = resolve(directory, path);
  if (!file.startsWith(`${directory}/`))
    throw new ConfigError("CreateContainerError", `volume path ${path} leads out of its volume`);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // A reader sees the old or the new file, never half of one.
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
