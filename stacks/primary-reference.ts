import { getOrganization, getProject, type Output, output, RunError, StackReference, secret } from "@pulumi/pulumi";
import { z } from "zod";
import { primaryOutputsSchema } from "./outputs.ts";

const endpointsSchema = primaryOutputsSchema.shape.endpoints;
const passwordSchema = z.object({ appPassword: primaryOutputsSchema.shape.database.shape.appPassword });

/** What the standby learns of the primary: from the outputs of its last update, as saved. No cloud is asked. */
export interface PrimaryReference {
  /** Secret. The application logs in with the same password at both sites. */
  readonly appPassword: Output<string>;
  /** DNS name of the public load balancer. */
  readonly publicHost: Output<string>;
}

/**
 * Waits, so that a primary that was never deployed is told in one sentence before anything is planned.
 * Errors: RunError when there are no such outputs, or not of this contract.
 */
export async function readPrimary(environment: string): Promise<PrimaryReference> {
  const name = `${environment}-primary`;
  const reference = new StackReference("primary", { name: `${getOrganization()}/${getProject()}/${name}` });
  const saved = async (key: string): Promise<unknown> => {
    const { value, secretValue } = await reference.getOutputDetails(key);
    return secretValue ?? value;
  };
  const wrong = (what: string) =>
    new RunError(`stack ${name} has no ${what} among its outputs; bring it up first: pulumi up -s ${name}`);

  const database = passwordSchema.safeParse(await saved("database"));
  if (!database.success) throw wrong("database.appPassword");
  const endpoints = endpointsSchema.safeParse(await saved("endpoints"));
  const found = endpoints.success ? endpoints.data.find(({ role }) => role === "public") : undefined;
  if (!found) throw wrong("public endpoint");
  return { appPassword: secret(database.data.appPassword), publicHost: output(found.host) };
}
