import { getOrganization, getProject, type Output, output, RunError, StackReference, secret } from "@pulumi/pulumi";
import type { StandbyConfig } from "./config.ts";
import { primaryOutputsSchema } from "./outputs.ts";

const endpointsSchema = primaryOutputsSchema.shape.endpoints;
const databaseSchema = primaryOutputsSchema.shape.database.pick({
  engine: true,
  name: true,
  additional: true,
  appUser: true,
  appPassword: true,
});

/** What the standby learns of the primary: from the outputs of its last update, as saved. No cloud is asked. */
export interface PrimaryReference {
  /** Secret. The application logs in with the same password at both sites. */
  readonly appPassword: Output<string>;
  /** DNS name of the public load balancer. */
  readonly publicHost: Output<string>;
  readonly publicPort: number;
}

/**
 * Waits, so that a primary that was never deployed, or that this standby cannot stand in for, is told in one sentence
 * before anything is planned.
 * Errors: RunError when there are no such outputs, not of this contract, or not of the same database.
 */
export async function readPrimary({ environment, database: own }: StandbyConfig): Promise<PrimaryReference> {
  const name = `${environment}-primary`;
  const reference = new StackReference("primary", { name: `${getOrganization()}/${getProject()}/${name}` });
  const saved = async (key: string): Promise<unknown> => {
    const { value, secretValue } = await reference.getOutputDetails(key);
    return secretValue ?? value;
  };
  const wrong = (what: string) =>
    new RunError(`stack ${name} has no ${what} among its outputs; bring it up first: pulumi up -s ${name}`);

  const database = databaseSchema.safeParse(await saved("database"));
  if (!database.success) throw wrong("database.appPassword");
  for (const key of ["engine", "name", "additional", "appUser"] as const) {
    const [ours, theirs] = [JSON.stringify(own[key]), JSON.stringify(database.data[key])];
    if (ours !== theirs) {
      throw new RunError(
        `pilotlight:database.${key}: ${ours}; right would be: ${theirs}, which the primary's database has (stack ${name})`,
      );
    }
  }
  const endpoints = endpointsSchema.safeParse(await saved("endpoints"));
  const found = endpoints.success ? endpoints.data.find(({ role }) => role === "public") : undefined;
  if (!found) throw wrong("public endpoint");
  return { appPassword: secret(database.data.appPassword), publicHost: output(found.host), publicPort: found.port };
}
