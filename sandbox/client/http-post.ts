import { Agent, request } from "node:http";

export interface PostOptions {
  readonly agent: Agent;
  readonly address: string;
  readonly port: number;
  /** Host header: the name that the user typed. */
  readonly host: string;
  readonly path: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/** One POST of JSON to an address; rejects on any failure, also when the answer is cut off. */
export function post(options: PostOptions): Promise<PostAnswer> {
  const { agent, address, port, host, path, body, signal } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        host: address,
        port,
        path,
        method: "POST",
        signal,
        headers: {
          host: `${host}:${port}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          text += chunk;
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body: text }));
        incoming.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** A worker's connection: kept while it works and the address stays, else a fresh one. */
export class Line {
  #agent: Agent | undefined;
  #address: string | undefined;

  agentFor(address: string): Agent {
    if (this.#agent === undefined || this.#address !== address) {
      this.close();
      this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
      this.#address = address;
    }
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }
}
