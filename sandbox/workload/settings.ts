import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);

const baseSchema = z.object({
  BIND_ADDRESS: z.string().min(1).default("0.0.0.0"),
  PORT: port(8080),
  SITE: z.enum(["primary", "standby"]),
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: port(5432),
  DATABASE_NAME: z.string().min(1),
  DATABASE_USER: z.string().min(1),
  DATABASE_SSLMODE: z.enum(["require", "disable"]).default("require"),
  SECRETS_DIR: z.string().min(1).default("/var/run/secrets/pilotlight"),
});

const objectsSchema = z.discriminatedUnion("OBJECTS_KIND", [
  z.object({
    OBJECTS_KIND: z.literal("s3"),
    OBJECTS_BUCKET: z.string().min(1),
    AWS_REGION: z.string().min(1).optional(),
    /** Read by the SDK too; here it only says that buckets are in the path. */
    AWS_ENDPOINT_URL: z.url().optional(),
  }),
  z.object({
    OBJECTS_KIND: z.literal("blob"),
    /** Blob service URL, e.g. https://acct.blob.core.windows.net/ */
    OBJECTS_ENDPOINT: z.url(),
    OBJECTS_ACCOUNT: z.string().min(1),
    OBJECTS_CONTAINER: z.string().min(1),
  }),
]);

export type ObjectSettings =
  | { readonly kind: "s3"; readonly bucket: string; readonly region: string | undefined; readonly pathStyle: boolean }
  | {
      readonly kind: "blob";
      readonly endpoint: string;
      readonly account: string;
      readonly container: string;
      readonly accountKey: string;
    };

export interface Settings {
  readonly bind: { readonly host: string; readonly port: number };
  /** Named in every answer, so that a client can tell who acknowledged. */
  readonly site: "primary" | "standby";
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly user: string;
    readonly password: string;
    readonly sslMode: "require" | "disable";
  };
  readonly objects: ObjectSettings;
}

/**
 * What a service receives: plain facts by environment variables, secrets by files (`database-password`,
 * `blob-account-key`) in SECRETS_DIR. Throws one error that names every variable or file that is wrong.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const base = check(baseSchema, environment);
  const objects = check(objectsSchema, environment);
  return {
    bind: { host: base.BIND_ADDRESS, port: base.PORT },
    site: base.SITE,
    database: {
      host: base.DATABASE_HOST,
      port: base.DATABASE_PORT,
      name: base.DATABASE_NAME,
      user: base.DATABASE_USER,
      password: readSecret(base.SECRETS_DIR, "database-password"),
      sslMode: base.DATABASE_SSLMODE,
    },
    objects:
      objects.OBJECTS_KIND === "s3"
        ? {
            kind: "s3",
            bucket: objects.OBJECTS_BUCKET,
            region: objects.AWS_REGION,
            pathStyle: objects.AWS_ENDPOINT_URL !== undefined,
          }
        : {
            kind: "blob",
            endpoint: objects.OBJECTS_ENDPOINT,
            account: objects.OBJECTS_ACCOUNT,
            container: objects.OBJECTS_CONTAINER,
            accountKey: readSecret(base.SECRETS_DIR, "blob-account-key"),
          },
  };
}

function check<T>(schema: z.ZodType<T>, environment: Readonly<Record<string, string | undefined>>): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? "environment");
    return `${name} is ${JSON.stringify(environment[name])}: ${issue.message}`;
  });
  throw new Error(problems.join("\n"));
}

function readSecret(directory: string, name: string): string {
  const file = join(directory, name);
  let value: string;
  try {
    value = readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new Error(`the secret file ${file} cannot be read`, { cause: error });
  }
  if (value === "") throw new Error(`the secret file ${file} is empty`);
  return value;
}
