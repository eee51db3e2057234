import { z } from "zod";
import { ENVIRONMENT_NAME, ENVIRONMENT_NAME_RIGHT } from "../../stacks/outputs.ts";
import { driverSettingsSchema } from "../workflow/settings.ts";
import { environmentVariables } from "./environment-variables.ts";

/** All settings of a driver process except those of its witness: what is here, and how the application is watched and moved. */
export const settingsSchema = z.strictObject({
  environment: z
    .string()
    .regex(ENVIRONMENT_NAME, ENVIRONMENT_NAME_RIGHT)
    .optional()
    .describe("the environment, as `--environment` says it"),
  stateDir: z
    .string()
    .min(1)
    .optional()
    .describe("folder of journal, facts, alerts and the file witness; `.pilotlight` in the project where not set"),
  dnsServers: z
    .array(z.string())
    .default([])
    .describe("resolvers that probes ask, by commas; the system's where not set"),
  azureResourceManagerEndpoint: z
    .url()
    .default("https://management.azure.com")
    .describe("Azure Resource Manager; another one for sovereign clouds"),
  leaseSeconds: z
    .number()
    .min(5, "5 seconds or more, e.g. 15")
    .default(15)
    .describe("several drivers: longest time that an application has none after one dies; needs a witness with leases"),
  serveAddress: z
    .string()
    .regex(/^[^:]+:\d{1,5}$/, "an address is host:port, e.g. 127.0.0.1:8930")
    .default("127.0.0.1:8930")
    .describe("where `serve` listens"),
  webhookTokenFile: z
    .string()
    .min(1)
    .optional()
    .describe("file with the bearer token of webhooks; `serve` refuses to start without it"),
  databaseCaFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "PEM of the only authorities that the databases' certificates may come from; else the system's and the clouds' own",
    ),
  probeCaFile: z
    .string()
    .min(1)
    .optional()
    .describe("PEM of authorities that the services' certificates may come from, beside the public ones"),
  git: z
    .enum(["off", "commit", "push"])
    .default("off")
    .describe("after an operation: leave the changed stack files to a person, commit them, or commit and push them"),
  snsTopics: z
    .array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/))
    .default([])
    .describe("ARNs of the SNS topics whose alarms `serve` takes, by commas"),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info").describe("least grave level that is logged"),
  ...driverSettingsSchema.shape,
});

/** The environment variables of `settingsSchema`. */
export const settingsVariables = environmentVariables(settingsSchema);
