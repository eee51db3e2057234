import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Pilotlight } from "./pilotlight.ts";

const statusSchema = z.object({
  activeSite: z.enum(["primary", "standby"]),
  protection: z.string(),
  operation: z
    .object({
      id: z.string(),
      plan: z.string(),
      state: z.string(),
      questions: z.array(z.object({ guard: z.string(), closed: z.boolean() })),
    })
    .optional(),
});
export type ServiceStatus = z.infer<typeof statusSchema>;

/** `pilotlight serve` in mode auto, as a team would run it, with a webhook token of its own. */
export class DriverService {
  readonly #child: ChildProcess;
  readonly #address: string;
  readonly #token: string;

  private constructor(child: ChildProcess, address: string, token: string) {
    this.#child = child;
    this.#address = address;
    this.#token = token;
  }

  static async start(
    create: (environment: NodeJS.ProcessEnv) => Pilotlight,
    options: { readonly directory: string; readonly address: string; readonly onLine: (line: string) => void },
  ): Promise<DriverService> {
    const token = randomBytes(24).toString("hex");
    const tokenFile = join(options.directory, "webhook-token");
    await writeFile(tokenFile, token, { mode: 0o600 });
    const pilotlight = create({
      PILOTLIGHT_MODE: "auto",
      PILOTLIGHT_SERVE_ADDRESS: options.address,
      PILOTLIGHT_WEBHOOK_TOKEN_FILE: tokenFile,
    });
    return new DriverService(pilotlight.stay(["serve"], options.onLine), options.address, token);
  }

  /** `work`, unless the driver ends before it: then nothing that is waited for will come. */
  async during<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const died = new Promise<never>((_, reject) => {
      const fail = () => reject(new Error(`the driver ended with ${this.#child.exitCode ?? this.#child.signalCode}`));
      this.#child.once("exit", fail);
      over.signal.addEventListener("abort", () => this.#child.off("exit", fail));
    });
    try {
      return await Promise.race([work, died]);
    } finally {
      over.abort();
    }
  }

  /** Polls until `wanted` says yes. */
  async until(
    what: string,
    wanted: (status: ServiceStatus) => boolean,
    timeoutSeconds: number,
  ): Promise<ServiceStatus> {
    const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
    for (;;) {
      const status = await this.status().catch(() => undefined);
      if (status !== undefined && wanted(status)) return status;
      if (this.#child.exitCode !== null)
        throw new Error(`the driver ended with ${this.#child.exitCode} before ${what}`);
      if (deadline.aborted) {
        throw new Error(`not within ${timeoutSeconds} s: ${what}; the driver says ${JSON.stringify(status)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async status(): Promise<ServiceStatus> {
    const response = await fetch(`http://${this.#address}/v1/status`, {
      headers: { authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(15_000),
    });
    return statusSchema.parse(await response.json());
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await ended;
  }
}
