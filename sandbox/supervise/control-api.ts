import { randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { ClusterAccess, HostPort } from "../contracts/contracts.ts";
import { faultCommandSchema } from "../contracts/fault-command.ts";
import { describe, type Supervisor } from "./supervisor.ts";

export interface ControlApiOptions {
  readonly address: HostPort;
  readonly token: string;
  readonly supervisor: Pick<Supervisor, "status" | "apply" | "events">;
  /** Asked by `down`; the answer goes out first. */
  readonly onDown: () => void;
  /** For `aws eks get-token`. */
  readonly cluster: (name: string) => ClusterAccess | undefined;
}

const largestBodyBytes = 16_384;

class HttpProblem extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * `GET /status`, `POST /faults`, `POST /down`, `GET /events` (NDJSON, the recent ones first, then as they come) and
 * `GET /clusters/aws/<name>/token`. Every call needs the bearer token. Its address is also the instance's lock.
 */
export class ControlApi {
  readonly #options: ControlApiOptions;
  readonly #server: Server;

  constructor(options: ControlApiOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error) => {
        const status = error instanceof HttpProblem ? error.status : 500;
        if (!response.headersSent) answer(response, status, { error: describe(error) });
        else response.destroy();
      });
    });
  }

  /** Throws when the address is taken: another sandbox has this instance number. */
  listen(): Promise<void> {
    const { host, port } = this.#options.address;
    return new Promise((resolve, reject) => {
      this.#server.once("error", (error) =>
        reject(
          new Error(
            `the control address ${host}:${port} cannot be had (${error.message}); if another sandbox runs, give this one its own PILOTLIGHT_SANDBOX_INSTANCE (0 to 9)`,
            { cause: error },
          ),
        ),
      );
      this.#server.listen({ host, port }, resolve);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#authorised(request))
      throw new HttpProblem(401, "a bearer token is needed; it is in .sandbox/control-token");
    const route = `${request.method} ${request.url}`;
    const cluster = /^GET \/clusters\/aws\/([^/]+)\/token$/.exec(route)?.[1];
    if (cluster !== undefined) {
      const name = decodeURIComponent(cluster);
      const access = this.#options.cluster(name);
      if (access === undefined) throw new HttpProblem(404, `there is no EKS cluster named "${name}"`);
      return answer(response, 200, { token: access.token });
    }
    switch (route) {
      case "GET /status":
        return answer(response, 200, this.#options.supervisor.status());
      case "POST /faults":
        await this.#fault(await readBody(request));
        return answer(response, 200, this.#options.supervisor.status());
      case "POST /down":
        response.once("close", this.#options.onDown);
        return answer(response, 202, {});
      case "GET /events":
        return this.#stream(response);
      default:
        throw new HttpProblem(404, `there is no ${route}`);
    }
  }

  async #fault(body: string): Promise<void> {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      throw new HttpProblem(400, "the body is not JSON");
    }
    const command = faultCommandSchema.safeParse(value);
    if (!command.success) {
      const issues = command.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
      throw new HttpProblem(400, issues.join("; "));
    }
    try {
      await this.#options.supervisor.apply(command.data);
    } catch (error) {
      throw new HttpProblem(422, describe(error));
    }
  }

  #stream(response: ServerResponse): void {
    const { events } = this.#options.supervisor;
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const send = (event: unknown): void => {
      response.write(`${JSON.stringify(event)}\n`);
    };
    for (const event of events.recent()) send(event);
    response.once("close", events.listen(send));
  }

  #authorised(request: IncomingMessage): boolean {
    const given = Buffer.from(request.headers.authorization ?? "");
    const right = Buffer.from(`Bearer ${this.#options.token}`);
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

/** The token in `<directory>/control-token` (0600), made at the first call. */
export function ensureControlToken(directory: string): string {
  const file = join(directory, "control-token");
  try {
    writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFileSync(file, "utf8").trim();
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body)}\n`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  request.setEncoding("utf8");
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > largestBodyBytes) throw new HttpProblem(413, `the body is over ${largestBodyBytes} bytes`);
  }
  return body;
}
