import { randomBytes } from "node:crypto";
import type { Store } from "../contracts/contracts.ts";

/** The header that Azure's managed identity endpoint wants, made once a sandbox and kept in the store under `identity-header`. */
export async function ensureIdentityHeader(store: Store): Promise<string> {
  const known = await store.read("identity-header", "");
  if (known !== "") return known;
  const made = randomBytes(16).toString("hex");
  await store.write("identity-header", made);
  return made;
}
