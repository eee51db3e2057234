import { createHmac } from "node:crypto";
import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";

/** The headers that let one request at the table service through. */
export type TableAuthorization = (url: URL, signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;

/** By account key (Shared Key Lite): for accounts that allow it, and for Azurite. */
export function accountKeyAuthorization(account: string, key: string, clock: Pick<Clock, "now">): TableAuthorization {
  return async (url) => {
    const date = clock.now().toUTCString();
    const signature = createHmac("sha256", Buffer.from(key, "base64"))
      .update(`${date}\n/${account}${url.pathname}`)
      .digest("base64");
    return { "x-ms-date": date, authorization: `SharedKeyLite ${account}:${signature}` };
  };
}

export interface ManagedIdentity {
  /** As the platform gives them to every Function App: IDENTITY_ENDPOINT and IDENTITY_HEADER. */
  readonly endpoint: string;
  readonly header: string;
  /** Of a user-assigned identity; undefined: the system-assigned one. */
  readonly clientId: string | undefined;
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_on: z.coerce.number() });
/** A token is asked for anew when it has less left than this. */
const margin = 300_000;

/** By the Function App's own identity, which needs the role Storage Table Data Contributor on the account. */
export function managedIdentityAuthorization(
  fetch: typeof globalThis.fetch,
  identity: ManagedIdentity,
  clock: Pick<Clock, "now">,
): TableAuthorization {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async (_url, signal) => {
    const now = clock.now().getTime();
    if (kept === undefined || kept.until - margin < now) {
      const url = new URL(identity.endpoint);
      url.searchParams.set("api-version", "2019-08-01");
      url.searchParams.set("resource", "https://storage.azure.com/");
      if (identity.clientId !== undefined) url.searchParams.set("client_id", identity.clientId);
      const response = await fetch(url, { headers: { "x-identity-header": identity.header }, signal });
      const parsed = response.ok ? tokenSchema.safeParse(await response.json()) : undefined;
      // Whatever it said may quote the header: the status is enough.
      if (parsed?.success !== true)
        throw new DriverError("denied", `no token for the managed identity (${response.status})`);
      kept = { token: parsed.data.access_token, until: parsed.data.expires_on * 1000 };
    }
    return { "x-ms-date": clock.now().toUTCString(), authorization: `Bearer ${kept.token}` };
  };
}
