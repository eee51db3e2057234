import { createServer, type Server } from "node:net";
import type { GatewaySpec } from "../contracts/contracts.ts";
import { isDenied, lowPortRemedy } from "../lib/low-ports.ts";
import { Connection } from "./connection.ts";

function why(error: Error): string {
  return isDenied(error) ? lowPortRemedy : error.message;
}

/** Listens on a public address and passes connections on. `onConnection` decides how a new one is treated. */
export class Gateway {
  readonly spec: GatewaySpec;
  readonly #connections = new Set<Connection>();
  readonly #server: Server;

  constructor(spec: GatewaySpec, onConnection: (connection: Connection) => void) {
    this.spec = spec;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      const connection = new Connection(socket, spec.target, () => this.#connections.delete(connection));
      this.#connections.add(connection);
      onConnection(connection);
    });
  }

  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /** Throws, naming the address, when it is taken. */
  listen(): Promise<void> {
    const { name, listen } = this.spec;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(
          new Error(`gateway ${name} cannot listen on ${listen.host}:${listen.port}: ${why(error)}`, { cause: error }),
        );
      this.#server.once("error", fail);
      this.#server.listen({ ...listen, backlog: 511 }, () => {
        this.#server.off("error", fail);
        // Later trouble (no file descriptors left) costs a connection, not the supervisor.
        this.#server.on("error", () => undefined);
        resolve();
      });
    });
  }

  /** Resets what is connected. */
  close(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
