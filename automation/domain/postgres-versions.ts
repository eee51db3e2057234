/** PostgreSQL's major versions that the driver works with, and what the older ones lack. docs/adr/0024 */
export const postgresVersions = {
  /** Tables with several publications, and column lists, behave the same from here on. */
  oldest: 15,
  /**
   * From here on a subscription can leave out what its source has received itself (`origin = none`), a membership has options of its own
   * (`inherit`, `set`), `pg_create_subscription` exists, and a server's libpq knows `sslrootcert=system` and `sslcertmode`.
   */
  withOrigins: 16,
} as const;

/** `number`: as `server_version_num`, e.g. 160004. */
export function majorOf(number: number): number {
  return Math.trunc(number / 10_000);
}
