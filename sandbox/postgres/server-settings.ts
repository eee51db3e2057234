import { join } from "node:path";
import { z } from "zod";
import type { Cloud, PostgresServerSpec } from "../contracts/contracts.ts";

/** Bootstrap superusers of the real services; ours is used over the Unix socket only. */
const bootstrapUsers: Readonly<Record<Cloud, string>> = { aws: "rdsadmin", azure: "azuresu", control: "sandboxadmin" };

/** What the service itself decides. */
const reservedParameters = new Set([
  "config_file",
  "data_directory",
  "external_pid_file",
  "fsync",
  "full_page_writes",
  "hba_file",
  "ident_file",
  "listen_addresses",
  "password_encryption",
  "port",
  "unix_socket_directories",
]);

const identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/, "must be a PostgreSQL name of at most 63 characters");

export const settingsSchema = z.object({
  cloud: z.enum(["aws", "azure", "control"]),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "must be lower case letters, digits and hyphens"),
  adminUser: identifier.refine(
    (name) => !Object.values(bootstrapUsers).includes(name) && !name.startsWith("pg_"),
    "is reserved, as it is in the real services",
  ),
  databases: z.array(identifier),
  parameters: z
    .record(z.string(), z.string().regex(/^[^\n\r\0]*$/, "must be one line"))
    // Not in the key's own schema: zod says of a wrong key only that it is invalid.
    .superRefine((parameters, check) => {
      for (const name of Object.keys(parameters)) {
        const wrong = wrongParameter(name);
        if (wrong !== undefined) check.addIssue({ code: "custom", path: [name], message: wrong });
      }
    }),
});

/** A server as it is remembered: everything but the password, which only the server itself keeps (as a SCRAM verifier). */
export type ServerSettings = z.infer<typeof settingsSchema>;

/** Printable ASCII, as the real services want it, needs no SASLprep. */
const passwordSchema = z.string().regex(/^[\x20-\x7e]{1,128}$/, "must be 1 to 128 printable ASCII characters");

/** Throws, naming each field that is wrong. */
export function parseSpec(spec: PostgresServerSpec): { readonly settings: ServerSettings; readonly password: string } {
  const settings = settingsSchema.safeParse(spec);
  const password = passwordSchema.safeParse(spec.adminPassword);
  const issues = [
    ...(settings.error?.issues ?? []).map((issue) => `${issue.path.join(".")} ${issue.message}`),
    ...(password.error?.issues ?? []).map((issue) => `adminPassword ${issue.message}`),
  ];
  if (!settings.success || !password.success) {
    throw new Error(`PostgreSQL server ${spec.cloud}/${spec.id}: ${issues.join("; ")}`);
  }
  return { settings: settings.data, password: password.data };
}

export function bootstrapUser(cloud: Cloud): string {
  return bootstrapUsers[cloud];
}

/** Unique among the sandbox's servers; also the name of process, gateway and address. */
export function serverName(cloud: Cloud, id: string): string {
  return `postgres-${cloud}-${id}`;
}

export function serverDirectory(world: string, cloud: Cloud, id: string): string {
  return join(world, cloud, "postgres", id);
}

function wrongParameter(name: string): string | undefined {
  if (!/^[a-z_][a-z0-9_.]*$/.test(name)) return "is no name of a server parameter";
  return reservedParameters.has(name) ? "is set by the sandbox itself" : undefined;
}
