import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { createConnection } from "node:net";
import { join } from "node:path";
import type { HostPort, SandboxContext } from "../../contracts/contracts.ts";
import { azureAddresses } from "../addresses.ts";
import { KeyLock } from "../arm/key-lock.ts";

const processName = "azurite";

/** Account name to its keys (base64). */
export type StorageAccounts = ReadonlyMap<string, readonly string[]>;

/**
 * Azurite, the real thing, with the accounts that exist. It reads its accounts at the start only, so a change of
 * accounts restarts it (data stays, in `<directory>/azure/azurite`). Without accounts it does not run.
 */
export class Azurite {
  readonly #context: SandboxContext;
  readonly #lock = new KeyLock();
  #running = "";

  constructor(context: SandboxContext) {
    this.#context = context;
  }

  /** Where it listens, behind its gateways. */
  get inside(): { readonly blob: HostPort; readonly table: HostPort } {
    const { blob, table } = azureAddresses(this.#context.world.instance);
    const inner = (address: HostPort) => ({ host: this.#context.network.inside(address.host), port: address.port });
    return { blob: inner(blob), table: inner(table) };
  }

  async publish(): Promise<void> {
    const addresses = azureAddresses(this.#context.world.instance);
    for (const service of ["blob", "table"] as const) {
      await this.#context.network.publish({
        name: `azure-${service}`,
        cloud: "azure",
        listen: addresses[service],
        target: () => (this.#running === "" ? undefined : this.inside[service]),
      });
    }
  }

  async unpublish(): Promise<void> {
    for (const service of ["blob", "table"]) await this.#context.network.unpublish(`azure-${service}`);
  }

  /** Runs with exactly these accounts; the same again is a no-op. */
  ensure(accounts: StorageAccounts): Promise<void> {
    const wanted = [...accounts]
      .map(([name, keys]) => [name, ...keys].join(":"))
      .sort()
      .join(";");
    return this.#lock.run(processName, async () => {
      if (wanted === this.#running) return;
      await this.#stop();
      if (wanted !== "") await this.#start(wanted);
      this.#running = wanted;
    });
  }

  stop(): Promise<void> {
    return this.#lock.run(processName, () => this.#stop());
  }

  async #stop(): Promise<void> {
    if (this.#running === "") return;
    this.#running = "";
    await this.#context.processes.stop(processName);
  }

  async #start(accounts: string): Promise<void> {
    const location = join(this.#context.world.directory, "azure", "azurite");
    await mkdir(location, { recursive: true, mode: 0o700 });
    const { blob, table } = this.inside;
    const require = createRequire(import.meta.url);
    const options = {
      "--location": location,
      "--blobHost": blob.host,
      "--blobPort": String(blob.port),
      "--tableHost": table.host,
      "--tablePort": String(table.port),
      // Its queue service cannot be switched off; it gets the port between.
      "--queueHost": blob.host,
      "--queuePort": "10001",
    };
    await this.#context.processes.start({
      name: processName,
      cloud: "azure",
      command: process.execPath,
      args: [
        require.resolve("azurite/dist/src/azurite.js"),
        ...Object.entries(options).flat(),
        "--silent",
        "--skipApiVersionCheck",
        "--disableTelemetry",
      ],
      env: { AZURITE_ACCOUNTS: accounts },
      ready: async () => (await listens(blob)) && (await listens(table)),
      restart: true,
    });
  }
}

function listens({ host, port }: HostPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 1000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
