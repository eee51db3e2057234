import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { ObjectsEndpoint } from "../../stacks/outputs.ts";

type Bucket = Extract<ObjectsEndpoint, { kind: "s3" }>;
type Account = Extract<ObjectsEndpoint, { kind: "blob" }>;

/** The primary's bucket, by the SDK. */
export class PrimaryObjects {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ bucket, region }: Bucket) {
    this.#client = new S3Client({ region, forcePathStyle: true });
    this.#bucket = bucket;
  }

  async put(key: string, body: Buffer): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body }));
  }

  async get(key: string): Promise<Buffer> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    if (Body === undefined) throw new Error(`${key} in ${this.#bucket} has no content`);
    return Buffer.from(await Body.transformToByteArray());
  }

  async keys(): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
    }
    return keys;
  }
}

/** A container of the standby's storage account, by the SDK. */
export class StandbyObjects {
  readonly #container: ContainerClient;

  constructor({ endpoint, account, accountKey }: Account, container: string) {
    const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(account, accountKey));
    this.#container = service.getContainerClient(container);
  }

  async make(): Promise<void> {
    await this.#container.createIfNotExists();
  }

  async put(key: string, body: Buffer): Promise<void> {
    await this.#container.getBlockBlobClient(key).uploadData(body);
  }

  async get(key: string): Promise<Buffer> {
    return await this.#container.getBlockBlobClient(key).downloadToBuffer();
  }

  async upload(key: string, file: string): Promise<void> {
    await this.#container.getBlockBlobClient(key).uploadFile(file);
  }

  async download(key: string, file: string): Promise<void> {
    await this.#container.getBlockBlobClient(key).downloadToFile(file);
  }

  async keys(prefix = ""): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const { name } of this.#container.listBlobsFlat({ prefix })) keys.push(name);
    return keys;
  }
}

/** At most `width` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
