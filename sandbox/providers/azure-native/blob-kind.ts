import { BlobServiceClient, type BlockBlobClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { z } from "zod";
import type { Properties, ResourceKind } from "../plugin-host.ts";
import type { ArmClient } from "./arm-client.ts";
import { assetBytes } from "./asset-bytes.ts";
import { keptInputs } from "./kind.ts";

export const blobToken = "azure-native:storage:Blob";

const apiVersion = "2024-01-01";
const defaultContentType = "application/octet-stream";
const inputsSchema = z.strictObject({
  accessTier: z.enum(["Hot", "Cool", "Archive"]).optional(),
  accountName: z.string(),
  blobName: z.string().optional(),
  containerName: z.string(),
  contentMd5: z.string().optional(),
  contentType: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  resourceGroupName: z.string(),
  source: z.record(z.string(), z.unknown()).optional(),
  type: z.enum(["Block", "Append"]).optional(),
});
const accountSchema = z.looseObject({
  properties: z.looseObject({ primaryEndpoints: z.looseObject({ blob: z.string() }) }),
});
const keysSchema = z.looseObject({ keys: z.array(z.looseObject({ value: z.string() })).min(1) });

/** What an id says; the path is the one that azure-native gives blobs, not one of Resource Manager. */
const idPattern =
  /^\/subscriptions\/[^/]+\/resourceGroups\/(?<resourceGroupName>[^/]+)\/providers\/Microsoft\.Storage\/storageAccounts\/(?<accountName>[^/]+)\/blobServices\/default\/containers\/(?<containerName>[^/]+)\/blobs\/(?<blobName>.+)$/i;

/** Blobs are not of Azure Resource Manager: azure-native uploads them to the account's blob service, and so do we. */
export const blobKind: ResourceKind<ArmClient> = {
  inputs: inputsSchema,
  replaceOnChanges: ["accountName", "blobName", "containerName", "contentMd5", "resourceGroupName", "source", "type"],
  deleteBeforeReplace: true,
  defaults(inputs, { name, old }) {
    const kept = typeof old?.blobName === "string" ? old.blobName : undefined;
    return { ...inputs, type: inputs.type ?? "Block", blobName: inputs.blobName ?? kept ?? name };
  },
  async create(arm, inputs, { signal }) {
    const blob = await open(arm, inputs, signal);
    if (inputs.type === "Append" && inputs.source !== undefined) {
      throw new Error("source cannot be given for a blob of type Append");
    }
    if (await blob.exists({ abortSignal: signal })) {
      throw new Error(`cannot create already existing blob '${blob.name}'; import it, or give another name`);
    }
    const { contentType, contentMd5, metadata, accessTier } = inputsSchema.parse(inputs);
    const headers = {
      blobContentType: contentType ?? defaultContentType,
      ...(contentMd5 === undefined ? {} : { blobContentMD5: Buffer.from(contentMd5, "base64") }),
    };
    if (inputs.type === "Append") {
      const append = blob.getAppendBlobClient();
      await append.create({ blobHTTPHeaders: headers, ...(metadata ? { metadata } : {}), abortSignal: signal });
    } else {
      await blob.uploadData(inputs.source === undefined ? Buffer.alloc(0) : await assetBytes(inputs.source), {
        blobHTTPHeaders: headers,
        ...(metadata === undefined ? {} : { metadata }),
        ...(accessTier === undefined ? {} : { tier: accessTier }),
        abortSignal: signal,
      });
    }
    return { id: idOf(arm, inputs), outputs: await describe(blob, inputs, signal) };
  },
  async read(arm, id, state, { signal }) {
    const parameters = idPattern.exec(id)?.groups;
    if (parameters === undefined) throw new Error(`'${id}' is not the id of a ${blobToken}`);
    const kept = z.record(z.string(), z.unknown()).safeParse(state[keptInputs]).data;
    const blob = await open(arm, parameters, signal).catch((error: unknown) => {
      if (error instanceof AccountGone) return undefined;
      throw error;
    });
    if (blob === undefined || !(await blob.exists({ abortSignal: signal }))) return undefined;
    const now = await describe(blob, kept ?? parameters, signal);
    const observed = Object.fromEntries(
      ["accessTier", "contentType", "metadata"]
        .filter((name) => kept === undefined || kept[name] !== undefined)
        .map((name) => [name, now[name]]),
    );
    const inputs = { ...(kept ?? { ...parameters, type: now.type }), ...observed };
    return { id, inputs, outputs: { ...now, [keptInputs]: inputs } };
  },
  async update(arm, _id, inputs, _old, { signal }) {
    const blob = await open(arm, inputs, signal);
    const { contentType, metadata, accessTier } = inputsSchema.parse(inputs);
    await blob.setHTTPHeaders({ blobContentType: contentType ?? defaultContentType }, { abortSignal: signal });
    await blob.setMetadata(metadata ?? {}, { abortSignal: signal });
    if (accessTier !== undefined) await blob.setAccessTier(accessTier, { abortSignal: signal });
    return describe(blob, inputs, signal);
  },
  async delete(arm, id, _state, { signal }) {
    const parameters = idPattern.exec(id)?.groups ?? {};
    const blob = await open(arm, parameters, signal).catch((error: unknown) => {
      if (!(error instanceof AccountGone)) throw error;
    });
    await blob?.deleteIfExists({ deleteSnapshots: "include", abortSignal: signal });
  },
};

class AccountGone extends Error {}

async function open(arm: ArmClient, inputs: Properties, signal: AbortSignal): Promise<BlockBlobClient> {
  const { accountName, blobName = "", containerName, resourceGroupName } = place.parse(inputs);
  const id = accountId(arm, resourceGroupName, accountName);
  const account = await arm.get(id, apiVersion, signal);
  if (account === undefined) throw new AccountGone(`there is no storage account '${accountName}'`);
  const { keys } = keysSchema.parse(await arm.post(id, apiVersion, "listKeys", signal));
  const endpoint = accountSchema.parse(account).properties.primaryEndpoints.blob.replace(/\/$/, "");
  const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(accountName, keys[0]?.value ?? ""), {
    retryOptions: { maxTries: 3 },
  });
  return service.getContainerClient(containerName).getBlockBlobClient(blobName);
}

const place = z.looseObject({
  accountName: z.string(),
  blobName: z.string().optional(),
  containerName: z.string(),
  resourceGroupName: z.string(),
});

async function describe(blob: BlockBlobClient, inputs: Properties, signal: AbortSignal): Promise<Properties> {
  const found = await blob.getProperties({ abortSignal: signal });
  return {
    name: blob.name,
    type: found.blobType === "AppendBlob" ? "Append" : "Block",
    url: blob.url,
    contentType: found.contentType,
    contentMd5: found.contentMD5 === undefined ? undefined : Buffer.from(found.contentMD5).toString("base64"),
    metadata: found.metadata ?? {},
    accessTier: found.accessTier,
    [keptInputs]: inputs,
  };
}

function idOf(arm: ArmClient, inputs: Properties): string {
  const { accountName, blobName, containerName, resourceGroupName } = place.parse(inputs);
  return `${accountId(arm, resourceGroupName, accountName)}/blobServices/default/containers/${containerName}/blobs/${blobName}`;
}

function accountId(arm: ArmClient, group: string, account: string): string {
  return `/subscriptions/${arm.settings.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${account}`;
}
