import process from "node:process";
import { z } from "zod";

/** Of tokens for ARM, wherever it listens. */
const audience = "https://management.azure.com/";
const tokenSchema = z.object({ access_token: z.string() });

/** A plain GET in ARM form, with a token of the identity endpoint: what any HTTP client would do. */
export async function armGet(path: string, apiVersion: string): Promise<{ status: number; body: unknown }> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER, PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT } = process.env;
  const endpoint = PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT ?? "";
  const signal = AbortSignal.timeout(10_000);
  const identity = await fetch(`${IDENTITY_ENDPOINT}?resource=${audience}&api-version=2019-08-01`, {
    headers: { "X-IDENTITY-HEADER": IDENTITY_HEADER ?? "" },
    signal,
  });
  const { access_token } = tokenSchema.parse(await identity.json());
  const answer = await fetch(`${endpoint}${path}?api-version=${apiVersion}`, {
    headers: { authorization: `Bearer ${access_token}` },
    signal,
  });
  return { status: answer.status, body: await answer.json() };
}
