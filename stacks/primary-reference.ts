import { getOrganization, getProject, type Output, StackReference, secret, unsecret } from "@pulumi/pulumi";
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

/** Errors, at the update: the primary was never deployed, or its outputs are not of this contract. */
export function readPrimary(environment: string): PrimaryReference {
  const stack = `${getOrganization()}/${getProject()}/${environment}-primary`;
  const reference = new StackReference("primary", { name: stack });
  const wrong = (what: string) => new Error(`stack ${stack} has no ${what} among its outputs; update it first`);
  return {
    appPassword: secret(
      reference.requireOutput("database").apply((value): string => {
        const parsed = passwordSchema.safeParse(value);
        if (!parsed.success) throw wrong("database.appPassword");
        return parsed.data.appPassword;
      }),
    ),
    publicHost: unsecret(reference.requireOutput("endpoints")).apply((value): string => {
      const endpoints = endpointsSchema.safeParse(value);
      const found = endpoints.success ? endpoints.data.find(({ role }) => role === "public") : undefined;
      if (!found) throw wrong("public endpoint");
      return found.host;
    }),
  };
}
