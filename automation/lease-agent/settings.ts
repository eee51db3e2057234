import { z } from "zod";
import { type WitnessSettings, witnessSchema } from "../composition/witness-settings.ts";
import { DriverError, redact } from "../domain/errors.ts";

const schema = z.object({
  PILOTLIGHT_APPLICATION: z.string().min(1, "the application, as the stacks name it"),
  SITE: z.enum(["primary", "standby"], { error: "expected primary or standby" }),
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: z.coerce.number().int().min(1).max(65535).default(5432),
  DATABASE_NAME: z.string().min(1),
  DATABASE_SSLMODE: z.enum(["require", "disable"]).default("require"),
  DATABASE_PASSWORD_FILE: z.string().min(1),
  DATABASE_CA_FILE: z.string().min(1).optional(),
  PILOTLIGHT_WRITE_LEASE_SECONDS: z.coerce.number().int().min(10).max(60),
  PILOTLIGHT_AGENT_PORT: z.coerce.number().int().min(1024).max(65535).default(8931),
});

/** What the agent's environment says. */
export interface AgentSettings {
  readonly application: string;
  readonly site: "primary" | "standby";
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly sslMode: "require" | "disable";
    /** Holds the password of the agent's role. */
    readonly passwordFile: string;
    /** PEM of the authorities to trust. Undefined: encryption is not verified. */
    readonly authorityFile: string | undefined;
  };
  readonly seconds: number;
  /** Of `/live`. */
  readonly port: number;
  readonly witness: Exclude<WitnessSettings, { readonly store: "file" }>;
}

/** Throws `invalid-input` naming each variable and what would be right; also for a witness that cannot be reached from here. */
export function readAgentSettings(environment: Readonly<Record<string, string | undefined>>): AgentSettings {
  const parsed = schema.safeParse(environment);
  const witness = witnessSchema.safeParse(environment);
  const issues = [...(parsed.error?.issues ?? []), ...(witness.error?.issues ?? [])];
  if (!parsed.success || !witness.success) {
    const told = issues.map(({ path, message }) => {
      const name = String(path[0]);
      const given = environment[name];
      return `${name} is ${given === undefined ? "not set" : JSON.stringify(redact(given))}: ${message}`;
    });
    throw new DriverError("invalid-input", told.join("\n"));
  }
  const { data: store } = witness;
  const local = store.store === "file" || (store.store === "azure-table" && store.placement === "local");
  if (local) {
    throw new DriverError(
      "invalid-input",
      `PILOTLIGHT_WITNESS is ${store.store}: a lease is renewed by the word of a witness at a third site`,
      {
        field: "PILOTLIGHT_WITNESS",
        value: store.store,
        expected: "etcd, or azure-table with PILOTLIGHT_WITNESS_PLACEMENT=third-site",
      },
    );
  }
  const value = parsed.data;
  return {
    application: value.PILOTLIGHT_APPLICATION,
    site: value.SITE,
    database: {
      host: value.DATABASE_HOST,
      port: value.DATABASE_PORT,
      name: value.DATABASE_NAME,
      sslMode: value.DATABASE_SSLMODE,
      passwordFile: value.DATABASE_PASSWORD_FILE,
      authorityFile: value.DATABASE_CA_FILE,
    },
    seconds: value.PILOTLIGHT_WRITE_LEASE_SECONDS,
    port: value.PILOTLIGHT_AGENT_PORT,
    witness: store,
  };
}
