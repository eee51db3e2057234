import { z } from "zod";
import { type EnvironmentVariable, environmentVariables } from "./environment-variables.ts";

const file = (meaning: string) => z.string().min(1, "a path to a file").optional().describe(meaning);
const httpUrl = (example: string) => z.url({ protocol: /^https?$/, error: `expected an address such as ${example}` });

const tableSchema = z
  .object({
    PILOTLIGHT_WITNESS: z.literal("azure-table"),
    PILOTLIGHT_WITNESS_TABLE_ENDPOINT: httpUrl("https://account.table.core.windows.net/").describe("the table service"),
    PILOTLIGHT_WITNESS_TABLE_NAME: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9]{2,62}$/, "expected 3 to 63 letters and digits, e.g. failoverstate")
      .default("failoverstate")
      .describe("the table"),
    PILOTLIGHT_WITNESS_TABLE_ROW: z
      .enum(["state", "application"], { error: "expected state (the functions' one row) or application (a row each)" })
      .default("state")
      .describe("`state`: the one row of the failover functions; `application`: a row for each application"),
    PILOTLIGHT_WITNESS_TABLE_ACCOUNT: z
      .string()
      .min(1)
      .optional()
      .describe("storage account, with its key; without them the driver's Azure identity is used"),
    PILOTLIGHT_WITNESS_TABLE_KEY_FILE: file("file with the account's key"),
    PILOTLIGHT_WITNESS_PLACEMENT: z
      .enum(["local", "third-site"], {
        error: "expected third-site (the account is in neither site and needs neither) or local",
      })
      .default("local")
      .describe("`third-site`: the account is in neither site and needs neither; mode `auto` asks for that"),
    PILOTLIGHT_WITNESS_PRIMARY_URL: httpUrl("https://shop.aws.example/health, which the functions probe").describe(
      "where the application answers at the primary",
    ),
    PILOTLIGHT_WITNESS_STANDBY_URL: httpUrl("https://shop.azure.example/health, which the functions probe").describe(
      "where it answers at the standby",
    ),
  })
  .refine((value) => both(value.PILOTLIGHT_WITNESS_TABLE_ACCOUNT, value.PILOTLIGHT_WITNESS_TABLE_KEY_FILE), {
    path: ["PILOTLIGHT_WITNESS_TABLE_KEY_FILE"],
    message:
      "expected together with PILOTLIGHT_WITNESS_TABLE_ACCOUNT, or neither: then the driver's Azure identity is used",
  });

const etcdSchema = z
  .object({
    PILOTLIGHT_WITNESS: z.literal("etcd"),
    PILOTLIGHT_ETCD_ENDPOINTS: z
      .string({ error: "expected the members' addresses, separated by commas, e.g. https://etcd-1.example:2379" })
      .transform((text) => text.split(",").map((each) => each.trim()))
      .pipe(z.array(httpUrl("https://etcd-1.example:2379, several separated by commas")).min(1))
      .describe("the members, by commas"),
    PILOTLIGHT_ETCD_PREFIX: z
      .string()
      .regex(/^\/.*[^/]$/, "expected a path that begins with a slash and ends without, e.g. /pilotlight")
      .optional()
      .describe("where its keys begin; `/pilotlight` where not set"),
    PILOTLIGHT_ETCD_CA_FILE: file("authority of the members' certificates; the system's where not set"),
    PILOTLIGHT_ETCD_CERT_FILE: file("client certificate"),
    PILOTLIGHT_ETCD_KEY_FILE: file("its key"),
    PILOTLIGHT_ETCD_USER: z.string().min(1).optional().describe("user name"),
    PILOTLIGHT_ETCD_PASSWORD_FILE: file("file with its password"),
  })
  .refine((value) => both(value.PILOTLIGHT_ETCD_CERT_FILE, value.PILOTLIGHT_ETCD_KEY_FILE), {
    path: ["PILOTLIGHT_ETCD_KEY_FILE"],
    message: "expected together with PILOTLIGHT_ETCD_CERT_FILE, or neither",
  })
  .refine((value) => both(value.PILOTLIGHT_ETCD_USER, value.PILOTLIGHT_ETCD_PASSWORD_FILE), {
    path: ["PILOTLIGHT_ETCD_PASSWORD_FILE"],
    message: "expected together with PILOTLIGHT_ETCD_USER, or neither",
  });

/** Of the process environment: which witness, and what that one needs. Other variables are not looked at. */
export const witnessSchema = z
  .discriminatedUnion(
    "PILOTLIGHT_WITNESS",
    [z.object({ PILOTLIGHT_WITNESS: z.literal("file") }), tableSchema, etcdSchema],
    { error: "expected file, azure-table or etcd" },
  )
  .transform(asSettings);

const storeSchema = z.object({
  PILOTLIGHT_WITNESS: z
    .string()
    .default("file")
    .describe("`file`: on the driver's machine, no proof against a partition; `etcd` or `azure-table`: shared"),
});

/** The environment variables of the witness, by store. */
export const witnessVariables: Readonly<Record<"any" | "etcd" | "azure-table", readonly EnvironmentVariable[]>> = {
  any: named(storeSchema),
  etcd: named(etcdSchema),
  "azure-table": named(tableSchema),
};

function named(schema: z.ZodObject): readonly EnvironmentVariable[] {
  return environmentVariables(schema, (path) => path.join()).filter(
    // The store's own name is told once, for all.
    ({ fallback, name }) => name !== "PILOTLIGHT_WITNESS" || fallback !== undefined,
  );
}

/** Where the witness is. Credentials are named by their files here and read where the witness is made. */
export type WitnessSettings = FileWitnessSettings | TableWitnessSettings | EtcdWitnessSettings;

/** In the state directory: on one machine, so no proof against a partition. */
export interface FileWitnessSettings {
  readonly store: "file";
}

/** The failover table of Devoteam-MCloud's functions, or one like it. */
export interface TableWitnessSettings {
  readonly store: "azure-table";
  /** Table service URL. */
  readonly endpoint: string;
  readonly table: string;
  readonly row: "state" | "application";
  readonly placement: "local" | "third-site";
  /** Where the application answers at each site, for the functions. */
  readonly endpoints: { readonly primary: string; readonly secondary: string };
  /** Undefined: the driver's Azure identity. */
  readonly login: { readonly account: string; readonly keyFile: string } | undefined;
}

/** Members at three sites. */
export interface EtcdWitnessSettings {
  readonly store: "etcd";
  readonly endpoints: readonly string[];
  readonly prefix: string | undefined;
  readonly caFile: string | undefined;
  readonly client: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly login: { readonly name: string; readonly passwordFile: string } | undefined;
}

type Parsed = { readonly PILOTLIGHT_WITNESS: "file" } | z.infer<typeof tableSchema> | z.infer<typeof etcdSchema>;

function asSettings(value: Parsed): WitnessSettings {
  switch (value.PILOTLIGHT_WITNESS) {
    case "file":
      return { store: "file" };
    case "azure-table": {
      const account = value.PILOTLIGHT_WITNESS_TABLE_ACCOUNT;
      const keyFile = value.PILOTLIGHT_WITNESS_TABLE_KEY_FILE;
      return {
        store: "azure-table",
        endpoint: value.PILOTLIGHT_WITNESS_TABLE_ENDPOINT,
        table: value.PILOTLIGHT_WITNESS_TABLE_NAME,
        row: value.PILOTLIGHT_WITNESS_TABLE_ROW,
        placement: value.PILOTLIGHT_WITNESS_PLACEMENT,
        endpoints: {
          primary: value.PILOTLIGHT_WITNESS_PRIMARY_URL,
          secondary: value.PILOTLIGHT_WITNESS_STANDBY_URL,
        },
        login: account === undefined || keyFile === undefined ? undefined : { account, keyFile },
      };
    }
    case "etcd": {
      const { PILOTLIGHT_ETCD_CERT_FILE: certFile, PILOTLIGHT_ETCD_KEY_FILE: keyFile } = value;
      const { PILOTLIGHT_ETCD_USER: name, PILOTLIGHT_ETCD_PASSWORD_FILE: passwordFile } = value;
      return {
        store: "etcd",
        endpoints: value.PILOTLIGHT_ETCD_ENDPOINTS,
        prefix: value.PILOTLIGHT_ETCD_PREFIX,
        caFile: value.PILOTLIGHT_ETCD_CA_FILE,
        client: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
        login: name === undefined || passwordFile === undefined ? undefined : { name, passwordFile },
      };
    }
  }
}

function both(a: string | undefined, b: string | undefined): boolean {
  return (a === undefined) === (b === undefined);
}
