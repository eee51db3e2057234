import { type ClientRequest, get } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type LiveAzure, startAzure, temporaryFolder } from "./live-azure.ts";

type Json = Record<string, unknown>;
const version = "2024-03-01";

/** A live Azure with a resource group `live`, asked as a third party would. Paths are what follows `/providers/`. */
export class LiveBench {
  readonly #folder: Awaited<ReturnType<typeof temporaryFolder>>;
  #azure: LiveAzure;

  private constructor(folder: Awaited<ReturnType<typeof temporaryFolder>>, azure: LiveAzure) {
    this.#folder = folder;
    this.#azure = azure;
  }

  /** `databases`: as `startAzure`. */
  static async open(instances: readonly number[], databases?: Parameters<typeof startAzure>[2]): Promise<LiveBench> {
    const folder = await temporaryFolder();
    const bench = new LiveBench(folder, await startAzure(folder.path, instances, databases));
    await bench.put("", { location: "westeurope" });
    return bench;
  }

  get azure(): LiveAzure {
    return this.#azure;
  }

  get directory(): string {
    return this.#folder.path;
  }

  async close(): Promise<void> {
    await this.#azure.stop();
    await this.#folder[Symbol.asyncDispose]();
  }

  /** `sandbox down` and `up`. */
  async restart(): Promise<void> {
    const { instance } = this.#azure.context.world;
    await this.#azure.stop();
    this.#azure = await startAzure(this.#folder.path, [instance]);
  }

  /** Runs while the region is down. */
  async withoutRegion<T>(work: () => Promise<T>): Promise<T> {
    const { supervisor } = this.#azure;
    await supervisor.apply({ kind: "region", cloud: "azure", state: "down" });
    try {
      return await work();
    } finally {
      await supervisor.apply({ kind: "region", cloud: "azure", state: "up" });
    }
  }

  id(path: string): string {
    const group = `/subscriptions/${this.#azure.arm.settings.subscriptionId}/resourceGroups/live`;
    return path === "" ? group : `${group}/providers/${path}`;
  }

  put(path: string, body: Json): Promise<Json> {
    return this.#azure.arm.put(this.id(path), version, body, AbortSignal.timeout(60_000));
  }

  show(path: string): Promise<Json | undefined> {
    return this.#azure.arm.get(this.id(path), version, AbortSignal.timeout(60_000));
  }

  post(path: string, action: string): Promise<Json> {
    return this.#azure.arm.post(this.id(path), version, action, AbortSignal.timeout(60_000));
  }

  delete(path: string): Promise<void> {
    return this.#azure.arm.delete(this.id(path), version, AbortSignal.timeout(60_000));
  }

  /** `properties` of a resource that is there. */
  async properties<T>(path: string): Promise<T> {
    const resource = await this.show(path);
    if (resource === undefined) throw new Error(`${path} is not there`);
    return resource.properties as T;
  }

  /** Of the identity that everything here runs as, for Resource Manager. */
  async token(): Promise<string> {
    const { identityEndpoint, identityHeader } = this.#azure.arm.settings;
    const url = `${identityEndpoint}?resource=https%3A%2F%2Fmanagement.azure.com%2F&api-version=2019-08-01`;
    const answer = await (await fetch(url, { headers: { "X-IDENTITY-HEADER": identityHeader } })).json();
    return (answer as { access_token: string }).access_token;
  }

  /** PATCH, which the plugin never sends but the driver does; waits for the end. */
  async patch(path: string, properties: Json): Promise<void> {
    const headers = { authorization: `Bearer ${await this.token()}` };
    const answer = await fetch(`${this.#azure.arm.settings.endpoint}${this.id(path)}?api-version=2025-06-01`, {
      method: "PATCH",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ properties }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const operation = answer.headers.get("azure-asyncoperation") ?? "";
    const status = async () => ((await (await fetch(operation, { headers })).json()) as { status: string }).status;
    const last = await until(status, (now) => now !== "InProgress");
    if (last !== "Succeeded") throw new Error(`PATCH ${path}: ${last}`);
  }

  /** Asks a name of the sandbox's DNS over plain HTTP. */
  ask(name: string, port: number, path = "/"): Promise<string> {
    const host = this.#azure.context.dns.resolve(name);
    if (host === undefined) return Promise.resolve("no such name");
    const options = { host, port, path, agent: false as const, headers: { host: name }, timeout: 2000 };
    return new Promise((resolve) => {
      const request: ClientRequest = get(
        options,
        (response) => void text(response).then(resolve, () => resolve("cut")),
      );
      request.once("timeout", () => request.destroy(new Error("timeout")));
      request.once("error", (error) => resolve(error.message === "timeout" ? "timeout" : "refused"));
    });
  }

  /** The answer once it holds `part`, or the last one. */
  askUntil(name: string, port: number, part: string): Promise<string> {
    return until(
      () => this.ask(name, port),
      (answer) => answer.includes(part),
    );
  }
}

/** Looks every 100 ms for at most 10 s. */
export async function until<T>(look: () => Promise<T> | T, good: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    const value = await look();
    if (good(value) || tries > 100) return value;
    await sleep(100);
  }
}
