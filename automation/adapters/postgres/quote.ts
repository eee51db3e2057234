import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** Text for SQL where a parameter is not allowed (DDL). */
export const quote = {
  identifier: (name: string): string => `"${name.replaceAll('"', '""')}"`,
  literal: (value: string): string =>
    value.includes("\\")
      ? ` E'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
      : `'${value.replaceAll("'", "''")}'`,
  /** One value of a libpq connection string. */
  conninfo: (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`,
  /**
   * SCRAM-SHA-256 verifier of a password, so that the password itself is in no statement and no server log. The salt
   * comes from role and password: the same again is the same verifier.
   */
  verifier(role: string, password: string): string {
    const iterations = 4096;
    const prepared = password.normalize("NFKC");
    const salt = createHmac("sha256", prepared).update(`pilotlight-salt:${role}`).digest().subarray(0, 16);
    const salted = pbkdf2Sync(prepared, salt, iterations, 32, "sha256");
    const storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest("base64");
    const serverKey = hmac(salted, "Server Key").toString("base64");
    return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
  },
} as const;

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
