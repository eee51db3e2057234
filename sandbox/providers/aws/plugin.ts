import type { PluginSpec } from "../resource-kind.ts";
import { AwsCloud } from "./aws-cloud.ts";
import { functions } from "./functions.ts";
import { kinds } from "./kinds.ts";
import { parseProviderConfig } from "./provider-config.ts";

/** The sandbox's stand-in for the Pulumi plugin `aws`: the version of the npm package that the stacks use. */
export const awsPlugin: PluginSpec<AwsCloud> = {
  name: "aws",
  version: "7.48.0",
  connect: (config) => new AwsCloud(parseProviderConfig(config, process.env)),
  kinds,
  functions,
  secretOutputs: {
    "aws:rds/instance:Instance": ["password"],
    "aws:secretsmanager/secretVersion:SecretVersion": ["secretString", "secretBinary"],
  },
};
