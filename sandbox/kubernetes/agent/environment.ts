import { join } from "node:path";
import type { Container, Pod, Service } from "../api/objects.ts";
import { ConfigError } from "./config-error.ts";

/** Values of Secrets and ConfigMaps that a pod refers to; undefined: there is no such object. */
export interface ValueSources {
  secret(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  configMap(name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

export interface EnvironmentInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly podIP: string;
  readonly hostIP: string;
  readonly services: readonly Service[];
  readonly sources: ValueSources;
  /** Volume name to the directory that stands for it. */
  readonly volumes: ReadonlyMap<string, string>;
  /** What the cloud injects; the pod's own values win. */
  readonly injected: Readonly<Record<string, string>>;
}

/** Where a program that is not told otherwise looks for its secrets. */
const secretsMountPath = "/var/run/secrets/pilotlight";

/**
 * A container's environment. There is no mount namespace, so a value that is a volume's mount path, or below it, is
 * turned into the directory that stands for it, and SECRETS_DIR is set for what is mounted at /var/run/secrets/pilotlight.
 * Throws {@link ConfigError} for a missing Secret, ConfigMap or key that is not optional.
 */
export async function containerEnvironment(input: EnvironmentInput): Promise<Record<string, string>> {
  const { pod, container } = input;
  const env: Record<string, string> = {
    ...input.injected,
    ...(pod.spec.enableServiceLinks ? serviceLinks(input.services) : {}),
  };
  for (const from of container.envFrom ?? []) {
    const ref = from.secretRef ?? from.configMapRef;
    if (ref === undefined) continue;
    const values = await (from.secretRef ? input.sources.secret(ref.name) : input.sources.configMap(ref.name));
    if (values === undefined && ref.optional !== true) throw missing(from.secretRef ? "secret" : "configmap", ref.name);
    for (const [key, value] of Object.entries(values ?? {})) env[(from.prefix ?? "") + key] = value;
  }
  const mounts = mountsOf(container, input.volumes);
  for (const entry of container.env ?? []) {
    const value =
      entry.valueFrom === undefined
        ? expand(entry.value ?? "", env)
        : await valueFrom(input, entry.name, entry.valueFrom);
    if (value !== undefined) env[entry.name] = translate(value, mounts);
  }
  const secrets = mounts.get(secretsMountPath);
  if (secrets !== undefined && env.SECRETS_DIR === undefined) env.SECRETS_DIR = secrets;
  return env;
}

/** `$(NAME)` from what is known already; `$$(NAME)` stays literal; unknown names stay as they are. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([A-Za-z_.-][\w.-]*)\))/g, (whole, inner: string, name: string | undefined) =>
    inner === "$" ? "$" : (env[name ?? ""] ?? whole),
  );
}

/** The variables that a kubelet sets for the services of the pod's namespace. */
export function serviceLinks(services: readonly Service[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { metadata, spec } of services) {
    const address = spec.clusterIP;
    const [first] = spec.ports;
    if (address === undefined || address === "" || address === "None" || first === undefined) continue;
    const name = variable(metadata.name);
    env[`${name}_SERVICE_HOST`] = address;
    env[`${name}_SERVICE_PORT`] = String(first.port);
    env[`${name}_PORT`] = `${first.protocol.toLowerCase()}://${address}:${first.port}`;
    for (const port of spec.ports) {
      const protocol = port.protocol.toLowerCase();
      const prefix = `${name}_PORT_${port.port}_${port.protocol}`;
      if (port.name !== "") env[`${name}_SERVICE_PORT_${variable(port.name)}`] = String(port.port);
      env[prefix] = `${protocol}://${address}:${port.port}`;
      env[`${prefix}_PROTO`] = protocol;
      env[`${prefix}_PORT`] = String(port.port);
      env[`${prefix}_ADDR`] = address;
    }
  }
  return env;
}

function variable(name: string): string {
  return name.replace(/-/g, "_").toUpperCase();
}

function mountsOf(container: Container, volumes: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const mounts = new Map<string, string>();
  for (const mount of container.volumeMounts ?? []) {
    const directory = volumes.get(mount.name);
    if (directory !== undefined)
      mounts.set(
        mount.mountPath.replace(/\/+$/, ""),
        mount.subPath === undefined ? directory : join(directory, mount.subPath),
      );
  }
  return mounts;
}

function translate(value: string, mounts: ReadonlyMap<string, string>): string {
  for (const [path, directory] of mounts) {
    if (value === path || value.startsWith(`${path}/`)) return directory + value.slice(path.length);
  }
  return value;
}

type ValueFrom = NonNullable<NonNullable<Container["env"]>[number]["valueFrom"]>;

async function valueFrom(input: EnvironmentInput, variableName: string, from: ValueFrom): Promise<string | undefined> {
  if (from.fieldRef !== undefined) return fieldValue(input, from.fieldRef.fieldPath);
  const ref = from.secretKeyRef ?? from.configMapKeyRef;
  if (ref === undefined) {
    throw new ConfigError(
      "CreateContainerConfigError",
      `env ${variableName}: the sandbox knows secretKeyRef, configMapKeyRef and fieldRef`,
    );
  }
  const kind = from.secretKeyRef ? "secret" : "configmap";
  const values = await (from.secretKeyRef ? input.sources.secret(ref.name) : input.sources.configMap(ref.name));
  const value = values?.[ref.key];
  if (value !== undefined || ref.optional === true) return value;
  if (values === undefined) throw missing(kind, ref.name);
  throw new ConfigError("CreateContainerConfigError", `couldn't find key ${ref.key} in ${kind} "${ref.name}"`);
}

function missing(kind: string, name: string): ConfigError {
  return new ConfigError("CreateContainerConfigError", `${kind} "${name}" not found`);
}

function fieldValue({ pod, podIP, hostIP }: EnvironmentInput, path: string): string {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return (keyed[1] === "labels" ? metadata.labels : metadata.annotations)?.[keyed[2] ?? ""] ?? "";
  const values: Readonly<Record<string, string | undefined>> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "spec.nodeName": spec.nodeName,
    "spec.serviceAccountName": spec.serviceAccountName,
    "status.podIP": podIP,
    "status.podIPs": podIP,
    "status.hostIP": hostIP,
    "status.hostIPs": hostIP,
  };
  const value = values[path];
  if (value === undefined)
    throw new ConfigError(
      "CreateContainerConfigError",
      `fieldRef ${path}: the sandbox knows ${Object.keys(values).join(", ")}`,
    );
  return value;
}
