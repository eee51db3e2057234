import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Properties } from "../plugin-host.ts";

const requestTimeoutMs = 120_000;
const tokenSchema = z.object({ access_token: z.string(), expires_on: z.coerce.number() });
const claimsSchema = z.object({ appid: z.string(), oid: z.string(), tid: z.string() });
const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const operationSchema = z.object({
  status: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** An error answer of Azure Resource Manager. */
export class ArmRequestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = "ArmRequestError";
    this.status = status;
    this.code = code;
  }
}

export interface ArmSettings {
  /** e.g. https://management.azure.com */
  readonly endpoint: string;
  readonly subscriptionId: string;
  readonly identityEndpoint: string;
  readonly identityHeader: string;
  /** Region of resources that name none and are in no resource group. */
  readonly location: string | undefined;
}

/** Azure Resource Manager with the tokens of a managed identity. Every call takes a deadline. */
export class ArmClient {
  readonly settings: ArmSettings;
  #token: { readonly value: string; readonly expiresAt: number } | undefined;

  constructor(settings: ArmSettings) {
    this.settings = settings;
  }

  /** Undefined: there is no such resource (or no such group, or no parent). */
  async get(id: string, apiVersion: string, signal: AbortSignal): Promise<Properties | undefined> {
    const response = await this.#send("GET", this.#url(id, apiVersion), undefined, signal);
    if (response.status === 404) {
      const { code } = await readError(response);
      if (/^(ResourceNotFound|ResourceGroupNotFound|ParentResourceNotFound|NotFound)$/.test(code)) return undefined;
      throw new ArmRequestError(404, code, id);
    }
    await requireSuccess(response);
    return (await response.json()) as Properties;
  }

  /** Creates or replaces and waits until that is done; the answer is the resource as it then is. */
  async put(id: string, apiVersion: string, body: Properties, signal: AbortSignal): Promise<Properties> {
    const response = await this.#send("PUT", this.#url(id, apiVersion), body, signal);
    await requireSuccess(response);
    const first = (await response.json().catch(() => ({}))) as Properties;
    const awaited = await this.#awaitOperation(response, signal);
    return (awaited ? await this.get(id, apiVersion, signal) : first) ?? first;
  }

  /** Already gone is success. */
  async delete(id: string, apiVersion: string, signal: AbortSignal): Promise<void> {
    const response = await this.#send("DELETE", this.#url(id, apiVersion), undefined, signal);
    if (response.status === 404) return;
    await requireSuccess(response);
    await this.#awaitOperation(response, signal);
  }

  /** Empty for an action that answers nothing. */
  async post(id: string, apiVersion: string, action: string, signal: AbortSignal): Promise<Properties> {
    const response = await this.#send("POST", this.#url(`${id}/${action}`, apiVersion), {}, signal);
    await requireSuccess(response);
    return response.status === 204 ? {} : ((await response.json()) as Properties);
  }

  /** Who we are, as the token says. */
  async claims(signal: AbortSignal): Promise<z.infer<typeof claimsSchema>> {
    const token = await this.#authorize(signal);
    return claimsSchema.parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")));
  }

  async #awaitOperation(response: Response, signal: AbortSignal): Promise<boolean> {
    const url = response.headers.get("azure-asyncoperation");
    if (url === null) return false;
    const pause = Number(response.headers.get("x-ms-retry-after-ms") ?? 0);
    const seconds = Number(response.headers.get("retry-after") ?? 1);
    for (;;) {
      await sleep(pause > 0 ? pause : seconds * 1000, undefined, { signal });
      const answer = await this.#send("GET", url, undefined, signal);
      await requireSuccess(answer);
      const { status, error } = operationSchema.parse(await answer.json());
      if (status === "Succeeded") return true;
      if (status !== "Failed" && status !== "Canceled") continue;
      throw new ArmRequestError(200, error?.code ?? status, error?.message ?? "the operation ended without a reason");
    }
  }

  #url(id: string, apiVersion: string): string {
    return `${this.settings.endpoint.replace(/\/$/, "")}${id}?api-version=${apiVersion}`;
  }

  async #send(method: string, url: string, body: unknown, signal: AbortSignal): Promise<Response> {
    const token = await this.#authorize(signal);
    return fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
    }).catch((error: unknown) => {
      throw new Error(`Azure Resource Manager at ${this.settings.endpoint} does not answer`, { cause: error });
    });
  }

  async #authorize(signal: AbortSignal): Promise<string> {
    if (this.#token !== undefined && this.#token.expiresAt > Date.now() + 60_000) return this.#token.value;
    const resource = encodeURIComponent("https://management.azure.com/");
    const url = `${this.settings.identityEndpoint}?resource=${resource}&api-version=2019-08-01`;
    const response = await fetch(url, {
      headers: { "X-IDENTITY-HEADER": this.settings.identityHeader },
      signal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]),
    }).catch((error: unknown) => {
      throw new Error(`the identity endpoint ${this.settings.identityEndpoint} does not answer`, { cause: error });
    });
    await requireSuccess(response);
    const answer = tokenSchema.parse(await response.json());
    this.#token = { value: answer.access_token, expiresAt: answer.expires_on * 1000 };
    return answer.access_token;
  }
}

async function requireSuccess(response: Response): Promise<void> {
  if (response.ok) return;
  const { code, message } = await readError(response);
  throw new ArmRequestError(response.status, code, message);
}

async function readError(response: Response): Promise<{ readonly code: string; readonly message: string }> {
  const parsed = errorSchema.safeParse(await response.json().catch(() => undefined));
  return parsed.success ? parsed.data.error : { code: `HTTP ${response.status}`, message: response.statusText };
}
