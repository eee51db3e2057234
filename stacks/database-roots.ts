import type { StandbyOutputs } from "./outputs.ts";

/** What this site's database server verifies the other's by, where that is declared. */
export function declaredRoots({
  database,
}: {
  readonly database: { readonly sslRootCert?: string | undefined };
}): Pick<StandbyOutputs["database"], "sslRootCert"> {
  return database.sslRootCert === undefined ? {} : { sslRootCert: database.sslRootCert };
}
