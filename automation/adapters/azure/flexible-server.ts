import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { ArmClient } from "./arm-client.ts";
import { armOperation } from "./arm-operation.ts";
import { listPages } from "./list-pages.ts";

/** Where a PostgreSQL flexible server is, from the standby's outputs. */
export interface FlexibleServerPlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Name or address by which clients reach it. */
  readonly host: string;
}

const apiVersion = "2024-08-01";
/** A restart takes one to two minutes in the cloud. */
const restartTimeoutMs = 300_000;

const serverItem = z.object({
  id: z.string(),
  properties: z.object({ fullyQualifiedDomainName: z.string().optional() }),
});
const parameterItem = z.object({
  name: z.string(),
  properties: z.object({ isConfigPendingRestart: z.boolean().optional() }),
});

/** A PostgreSQL flexible server as a whole: its parameters and its restart. Errors: those of `ArmClient`; `not-found` for an unknown host. */
export class FlexibleServer {
  readonly #arm: ArmClient;
  readonly #place: FlexibleServerPlace;
  #id: string | undefined;

  constructor(arm: ArmClient, place: FlexibleServerPlace) {
    this.#arm = arm;
    this.#place = place;
  }

  /** Names of parameters that are set and take effect at the next restart. */
  async pendingParameters(signal: AbortSignal): Promise<readonly string[]> {
    const id = await this.#find(signal);
    const parameters = await this.#list(`${id}/configurations`, parameterItem, signal);
    return parameters.flatMap(({ name, properties }) => (properties.isConfigPendingRestart === true ? [name] : []));
  }

  /** Cuts every client; the server accepts connections again when this returns. */
  async restart(signal: AbortSignal): Promise<void> {
    const path = `${await this.#find(signal)}/restart?api-version=${apiVersion}`;
    await armOperation(this.#arm, { method: "POST", path, timeoutMs: restartTimeoutMs }, signal);
  }

  async #find(signal: AbortSignal): Promise<string> {
    if (this.#id !== undefined) return this.#id;
    const { subscriptionId, resourceGroup, host } = this.#place;
    const part = encodeURIComponent;
    const group = `/subscriptions/${part(subscriptionId)}/resourceGroups/${part(resourceGroup)}`;
    const servers = await this.#list(
      `${group}/providers/Microsoft.DBforPostgreSQL/flexibleServers`,
      serverItem,
      signal,
    );
    this.#id = servers.find(({ properties }) => properties.fullyQualifiedDomainName === host)?.id;
    if (this.#id !== undefined) return this.#id;
    throw new DriverError("not-found", `resource group ${resourceGroup} has no PostgreSQL flexible server at ${host}`);
  }

  #list<T>(path: string, item: z.ZodType<T>, signal: AbortSignal): Promise<readonly T[]> {
    const request = { what: `the list at ${path}`, path: `${path}?api-version=${apiVersion}`, item };
    return listPages(this.#arm, request, signal);
  }
}
