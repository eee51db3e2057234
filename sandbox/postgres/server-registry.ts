import { z } from "zod";
import type { Cloud, Store } from "../contracts/contracts.ts";
import { type ServerSettings, serverName, settingsSchema } from "./server-settings.ts";

const document = "postgres";
const documentSchema = z.record(z.string(), settingsSchema);

/** The servers that there are, remembered over restarts of the sandbox. */
export class ServerRegistry {
  readonly #store: Store;
  #servers: Promise<Map<string, ServerSettings>> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async all(): Promise<readonly ServerSettings[]> {
    return [...(await this.#load()).values()];
  }

  async find(cloud: Cloud, id: string): Promise<ServerSettings | undefined> {
    return (await this.#load()).get(serverName(cloud, id));
  }

  async remember(settings: ServerSettings): Promise<void> {
    const servers = await this.#load();
    servers.set(serverName(settings.cloud, settings.id), settings);
    await this.#save(servers);
  }

  async forget(cloud: Cloud, id: string): Promise<void> {
    const servers = await this.#load();
    servers.delete(serverName(cloud, id));
    await this.#save(servers);
  }

  #load(): Promise<Map<string, ServerSettings>> {
    this.#servers ??= this.#store
      .read<unknown>(document, {})
      .then((content) => new Map(Object.entries(documentSchema.parse(content))));
    return this.#servers;
  }

  #save(servers: ReadonlyMap<string, ServerSettings>): Promise<void> {
    return this.#store.write(document, Object.fromEntries(servers));
  }
}
