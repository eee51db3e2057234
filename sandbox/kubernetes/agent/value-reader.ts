import type { KubeClient } from "../api/kube-client.ts";
import { KubeError } from "../api/kube-error.ts";
import { keyValuesSchema } from "../api/objects.ts";
import type { ValueSources } from "./environment.ts";

/** Reads Secrets and ConfigMaps of one namespace, each at most once. Values are taken as UTF-8 text. */
export function valueReader(client: KubeClient, namespace: string): ValueSources {
  const read = new Map<string, Promise<Readonly<Record<string, string>> | undefined>>();
  const once = (resource: "secrets" | "configmaps", name: string) => {
    const key = `${resource}/${name}`;
    const found = read.get(key) ?? load(client, `/api/v1/namespaces/${namespace}/${key}`, resource === "secrets");
    read.set(key, found);
    return found;
  };
  return { secret: (name) => once("secrets", name), configMap: (name) => once("configmaps", name) };
}

async function load(
  client: KubeClient,
  path: string,
  encoded: boolean,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { data, binaryData } = keyValuesSchema.parse(await client.get(path));
    const decode = (values: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
      );
    return encoded ? decode(data ?? {}) : { ...decode(binaryData ?? {}), ...data };
  } catch (error) {
    if (KubeError.is(error, 404)) return undefined;
    throw error;
  }
}
