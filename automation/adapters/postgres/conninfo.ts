import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import { names, replicatorPassword } from "./names.ts";
import { quote } from "./quote.ts";

/**
 * How the receiver's server logs in at the source, as a literal for SQL. The receiver must hold the password: there is no other way for a
 * server to log in at another. Where the source has TLS, the receiver verifies it by the roots that its own endpoint declares. `modern`: the
 * receiver's server is of 16 or later.
 */
export function conninfo(source: DatabaseEndpoint, receiver: DatabaseEndpoint, modern: boolean): string {
  const values: Readonly<Record<string, string>> = {
    host: source.host,
    port: String(source.port),
    dbname: source.name,
    user: names.replicator,
    password: replicatorPassword(source.adminPassword),
    ...tls(source, receiver, modern),
    connect_timeout: "5",
    // Where row security would hide rows, the copy fails rather than be smaller than its table.
    options: "-crow_security=off",
    keepalives_idle: "5",
    keepalives_interval: "2",
    keepalives_count: "3",
  };
  return quote.literal(
    Object.entries(values)
      .map(([key, value]) => `${key}=${quote.conninfo(value)}`)
      .join(" "),
  );
}

function tls(
  source: DatabaseEndpoint,
  { sslRootCert = "system" }: DatabaseEndpoint,
  modern: boolean,
): Record<string, string> {
  if (source.sslMode === "disable") return { sslmode: "disable" };
  // The password is what it logs in with, whatever certificates lie about in its home. An older libpq knows no such option.
  const own: Record<string, string> = modern ? { sslcertmode: "disable" } : {};
  if (sslRootCert === "unverified") return { ...own, sslmode: "require" };
  return { ...own, sslmode: "verify-full", sslrootcert: sslRootCert };
}
