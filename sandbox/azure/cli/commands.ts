import { z } from "zod";
import { type Arm, AzRequestError } from "./arm.ts";
import type { OptionSpec, Options } from "./options.ts";
import { AzUsageError } from "./usage-error.ts";

export interface AzCommand {
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** The answer to print; undefined for none. */
  run(arm: Arm, options: Options): Promise<unknown>;
}

const containerVersion = "2024-05-01-preview";
const registryVersion = "2023-01-01-preview";
const group: OptionSpec = { flags: ["--resource-group", "-g"], kind: "text", required: true };
const name: OptionSpec = { flags: ["--name", "-n"], kind: "text", required: true };
const listSchema = z.looseObject({ value: z.array(z.looseObject({ id: z.string(), name: z.string() })) });
const tagsSchema = z.looseObject({ tags: z.array(z.looseObject({ name: z.string(), digest: z.string() })) });
const registrySchema = z.looseObject({ properties: z.looseObject({ loginServer: z.string() }) });

const containerAction = (action: string): AzCommand => ({
  options: { group, name, ...(action === "start" ? { noWait: { flags: ["--no-wait"], kind: "flag" } } : {}) },
  run: (arm, options) => {
    const path = `${containerGroup(arm, options)}/${action}`;
    return options.noWait === undefined
      ? arm.operate(path, containerVersion)
      : arm.request("POST", path, containerVersion, {});
  },
});

/** Every command that the sandbox's `az` has; the real one has some thousands more. */
export const commands: Readonly<Record<string, AzCommand>> = {
  "container start": containerAction("start"),
  "container stop": containerAction("stop"),
  "container restart": containerAction("restart"),
  "container show": {
    options: { group, name },
    run: async (arm, options) => flatten(await arm.request("GET", containerGroup(arm, options), containerVersion)),
  },
  "acr import": {
    options: {
      name,
      source: { flags: ["--source"], kind: "text", required: true },
      image: { flags: ["--image", "-t"], kind: "list" },
      registry: { flags: ["--registry", "-r"], kind: "text" },
      group: { ...group, required: false },
      force: { flags: ["--force"], kind: "flag" },
      noWait: { flags: ["--no-wait"], kind: "flag" },
    },
    async run(arm, options) {
      const id = await registryId(arm, one(options, "name"));
      const source = one(options, "source");
      const [first = "", ...rest] = source.split("/");
      const named = options.registry?.[0];
      const hasHost = named === undefined && rest.length > 0 && /[.:]|^localhost$/.test(first);
      const from = named === undefined ? (hasHost ? { registryUri: first } : undefined) : registrySource(named);
      if (from === undefined) {
        throw new AzUsageError(
          `az acr import: --source ${source} names no registry; write e.g. docker.io/library/${source}`,
        );
      }
      const sourceImage = hasHost ? rest.join("/") : source;
      await arm.request("POST", `${id}/importImage`, registryVersion, {
        source: { ...from, sourceImage },
        targetTags: options.image ?? [sourceImage],
        mode: options.force === undefined ? "NoForce" : "Force",
      });
      return undefined;
    },
  },
  "acr repository show": {
    options: {
      name,
      image: { flags: ["--image", "-t"], kind: "text" },
      repository: { flags: ["--repository"], kind: "text" },
    },
    async run(arm, options) {
      const image = options.image?.[0];
      const repository = options.repository?.[0] ?? image?.replace(/[:@][^/]*$/, "");
      if (repository === undefined)
        throw new AzUsageError("az acr repository show: --image or --repository is required");
      const id = await registryId(arm, one(options, "name"));
      const { loginServer } = registrySchema.parse(await arm.request("GET", id, registryVersion)).properties;
      const tag = image?.slice(repository.length).replace(/^[:@]/, "");
      const tags = await arm.catalogue(loginServer, `/acr/v1/${repository}/_tags`);
      const found = tagsSchema.parse(tags).tags.find((each) => each.name === tag || each.digest === tag);
      if (tag === undefined || tag === "") return arm.catalogue(loginServer, `/acr/v1/${repository}`);
      if (found !== undefined) return found;
      throw new AzRequestError(404, "TAG_UNKNOWN", `The tag '${tag}' of '${repository}' is not in ${loginServer}.`);
    },
  },
  login: {
    options: {
      identity: { flags: ["--identity", "-i"], kind: "flag", required: true },
      clientId: { flags: ["--client-id", "--username", "-u"], kind: "text" },
      resourceId: { flags: ["--resource-id"], kind: "text" },
      allowNoSubscriptions: { flags: ["--allow-no-subscriptions"], kind: "flag" },
    },
    async run(arm) {
      await arm.login();
      return [{ environmentName: "AzureCloud", id: arm.subscriptionId, isDefault: true, state: "Enabled" }];
    },
  },
  "account set": {
    options: { subscription: { flags: ["--subscription", "--name", "-n", "-s"], kind: "text", required: true } },
    async run(arm, options) {
      if (one(options, "subscription") === arm.subscriptionId) return undefined;
      throw new Error(`The subscription of '${one(options, "subscription")}' doesn't exist in cloud 'AzureCloud'.`);
    },
  },
};

function one(options: Options, key: string): string {
  return options[key]?.[0] ?? "";
}

function containerGroup(arm: Arm, options: Options): string {
  const [groupName, own] = [one(options, "group"), one(options, "name")].map(encodeURIComponent);
  return `/subscriptions/${arm.subscriptionId}/resourceGroups/${groupName}/providers/Microsoft.ContainerInstance/containerGroups/${own}`;
}

/** Registries are named without their group, as in the real command: the subscription is searched. */
async function registryId(arm: Arm, registry: string): Promise<string> {
  const short = registry.toLowerCase().replace(/\.azurecr\.io$/, "");
  const path = `/subscriptions/${arm.subscriptionId}/providers/Microsoft.ContainerRegistry/registries`;
  const { value } = listSchema.parse(await arm.request("GET", path, registryVersion));
  const found = value.find((each) => each.name.toLowerCase() === short);
  if (found !== undefined) return found.id;
  const text = `The resource with name '${registry}' and type 'Microsoft.ContainerRegistry/registries' could not be found in subscription '${arm.subscriptionId}'.`;
  throw new AzRequestError(404, "ResourceNotFound", text);
}

function registrySource(registry: string): Readonly<Record<string, string>> {
  if (registry.startsWith("/subscriptions/")) return { resourceId: registry };
  return { registryUri: registry.includes(".") ? registry : `${registry}.azurecr.io` };
}

/** As the real command prints a group: no `properties` in between. */
function flatten(resource: unknown): unknown {
  if (Array.isArray(resource)) return resource.map(flatten);
  if (typeof resource !== "object" || resource === null) return resource;
  const { properties, ...top } = { properties: undefined, ...resource };
  const inner = typeof properties === "object" && properties !== null ? properties : {};
  return Object.fromEntries(Object.entries({ ...top, ...inner }).map(([key, value]) => [key, flatten(value)]));
}
