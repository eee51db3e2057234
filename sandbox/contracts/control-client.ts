import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { World } from "./contracts.ts";
import type { FaultCommand } from "./fault-command.ts";
import { type Status, statusSchema } from "./status.ts";
import { controlAddress } from "./world.ts";

const errorSchema = z.object({ error: z.string() });
const tokenSchema = z.object({ token: z.string().min(1) });

/** Every call answers within this, faults on big process trees included. */
const deadlineMs = 15_000;

/** Speaks to a running supervisor. Throws `SandboxNotUp` when there is none. */
export class ControlClient {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async status(): Promise<Status> {
    return statusSchema.parse(await this.#call("GET", "/status"));
  }

  async fault(command: FaultCommand): Promise<Status> {
    return statusSchema.parse(await this.#call("POST", "/faults", command));
  }

  async down(): Promise<void> {
    await this.#call("POST", "/down");
  }

  async eksToken(cluster: string): Promise<string> {
    return tokenSchema.parse(await this.#call("GET", `/clusters/aws/${encodeURIComponent(cluster)}/token`)).token;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const { host, port } = controlAddress(this.#world);
    let response: Response;
    try {
      const token = readFileSync(join(this.#world.directory, "control-token"), "utf8").trim();
      response = await fetch(`http://${host}:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(deadlineMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (error instanceof Error && error.name === "TimeoutError") {
        throw new Error(`the supervisor at ${host}:${port} has not answered within ${deadlineMs / 1000} s`, {
          cause: error,
        });
      }
      throw new SandboxNotUp();
    }
    const answer: unknown = await response.json();
    if (!response.ok) {
      const problem = errorSchema.safeParse(answer);
      throw new Error(problem.success ? problem.data.error : `the supervisor answered ${response.status}`);
    }
    return answer;
  }
}

export class SandboxNotUp extends Error {
  override readonly name = "SandboxNotUp";
  constructor() {
    super("the sandbox is not up; start it with: pilotlight sandbox up");
  }
}
