import { createHmac } from "node:crypto";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { Azurite } from "./azurite.ts";

const deadlineMs = 20_000;

/** Makes and removes containers and tables in Azurite, with the account's own key. */
export class StorageData {
  readonly #azurite: Azurite;

  constructor(azurite: Azurite) {
    this.#azurite = azurite;
  }

  async createContainer(account: string, key: string, container: string): Promise<void> {
    await this.#blobs(account, key)
      .getContainerClient(container)
      .createIfNotExists({ abortSignal: AbortSignal.timeout(deadlineMs) });
  }

  async deleteContainer(account: string, key: string, container: string): Promise<void> {
    await this.#blobs(account, key)
      .getContainerClient(container)
      .deleteIfExists({ abortSignal: AbortSignal.timeout(deadlineMs) });
  }

  async createTable(account: string, key: string, table: string): Promise<void> {
    await this.#table(account, key, "POST", "Tables", JSON.stringify({ TableName: table }), [201, 204, 409]);
  }

  async deleteTable(account: string, key: string, table: string): Promise<void> {
    await this.#table(account, key, "DELETE", `Tables('${table}')`, undefined, [204, 404]);
  }

  #blobs(account: string, key: string): BlobServiceClient {
    const { host, port } = this.#azurite.inside.blob;
    const credential = new StorageSharedKeyCredential(account, key);
    return new BlobServiceClient(`http://${host}:${port}/${account}`, credential, { retryOptions: { maxTries: 3 } });
  }

  async #table(
    account: string,
    key: string,
    method: string,
    path: string,
    body: string | undefined,
    accepted: readonly number[],
  ): Promise<void> {
    const { host, port } = this.#azurite.inside.table;
    const date = new Date().toUTCString();
    // SharedKeyLite of the Table service; in path-style addresses the account stands twice in the resource.
    const text = `${date}\n/${account}/${account}/${path}`;
    const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text, "utf8").digest("base64");
    const response = await fetch(`http://${host}:${port}/${account}/${path}`, {
      method,
      headers: {
        "x-ms-date": date,
        "x-ms-version": "2021-12-02",
        "content-type": "application/json",
        accept: "application/json;odata=nometadata",
        authorization: `SharedKeyLite ${account}:${signature}`,
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(deadlineMs),
    });
    if (accepted.includes(response.status)) return;
    throw new Error(`table service: ${method} ${path} answered ${response.status}: ${await response.text()}`);
  }
}
