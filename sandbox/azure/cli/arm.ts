import { get } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const operationSchema = z.object({ status: z.string(), error: errorSchema.shape.error.optional() });
const tokenSchema = z.object({ access_token: z.string() });

/** An error answer of Azure Resource Manager; `az` ends with 3 for what is not there, else with 1. */
export class AzRequestError extends Error {
  override readonly name = "AzRequestError";
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(`(${code}) ${message}\nCode: ${code}`);
    this.status = status;
  }
}

/** Azure Resource Manager as the managed identity that the environment names. */
export class Arm {
  readonly #env: Readonly<Record<string, string | undefined>>;
  #token: string | undefined;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  get subscriptionId(): string {
    return this.#setting("ARM_SUBSCRIPTION_ID");
  }

  /** Gets a token. Throws when the identity endpoint gives none. */
  async login(): Promise<void> {
    const resource = encodeURIComponent("https://management.azure.com/");
    const url = `${this.#setting("IDENTITY_ENDPOINT")}?resource=${resource}&api-version=2019-08-01`;
    const headers = { "X-IDENTITY-HEADER": this.#setting("IDENTITY_HEADER") };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
    await requireSuccess(response);
    this.#token = tokenSchema.parse(await response.json()).access_token;
  }

  async request(method: "GET" | "POST", path: string, apiVersion: string, body?: unknown): Promise<unknown> {
    if (this.#token === undefined) await this.login();
    const endpoint = this.#setting("PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT");
    const response = await fetch(`${endpoint}${path}?api-version=${apiVersion}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(120_000),
    });
    await requireSuccess(response);
    const answer = await response.text();
    return answer === "" ? undefined : JSON.parse(answer);
  }

  /** As `request`, and waits until the operation that it began has ended. */
  async operate(path: string, apiVersion: string): Promise<void> {
    if (this.#token === undefined) await this.login();
    const endpoint = this.#setting("PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT");
    const headers = { authorization: `Bearer ${this.#token}`, "content-type": "application/json" };
    const init = { method: "POST", headers, body: "{}", signal: AbortSignal.timeout(120_000) };
    const response = await fetch(`${endpoint}${path}?api-version=${apiVersion}`, init);
    await requireSuccess(response);
    await response.text();
    const operation = response.headers.get("azure-asyncoperation");
    for (;;) {
      if (operation === null) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
      const now = await fetch(operation, { headers, signal: AbortSignal.timeout(20_000) });
      await requireSuccess(now);
      const { status, error } = operationSchema.parse(await now.json());
      if (status === "Succeeded") return;
      if (status === "Failed") throw new AzRequestError(200, error?.code ?? status, error?.message ?? "it failed");
    }
  }

  /** Asks a registry's catalogue. The name decides which; where it is, the environment says. */
  catalogue(loginServer: string, path: string): Promise<unknown> {
    const [host, port] = this.#setting("PILOTLIGHT_AZURE_REGISTRY_ADDRESS").split(":");
    return new Promise((resolve, reject) => {
      const options = { host, port, path, headers: { host: loginServer }, signal: AbortSignal.timeout(20_000) };
      const request = get(options, (response) => {
        text(response).then((body) => {
          if (response.statusCode === 200) resolve(JSON.parse(body));
          else reject(new AzRequestError(404, "NAME_UNKNOWN", `There is nothing at '${path}' of ${loginServer}.`));
        }, reject);
      });
      request.once("error", reject);
    });
  }

  #setting(name: string): string {
    const value = this.#env[name];
    if (value !== undefined && value !== "") return value;
    throw new Error(`Please run 'az login' to setup account: ${name} is not set (a script gets it with its identity).`);
  }
}

async function requireSuccess(response: Response): Promise<void> {
  if (response.ok) return;
  const parsed = errorSchema.safeParse(await response.json().catch(() => undefined));
  const { code, message } = parsed.data?.error ?? { code: `HTTP${response.status}`, message: response.statusText };
  throw new AzRequestError(response.status, code, message);
}
