import { servePlugin } from "../plugin-host.ts";
import { AwsCloud } from "./aws-cloud.ts";
import { functions } from "./functions.ts";
import { kinds } from "./kinds.ts";
import { parseProviderConfig } from "./provider-config.ts";

servePlugin<AwsCloud>({
  name: "aws",
  version: "7.48.0",
  connect: (config) => new AwsCloud(parseProviderConfig(config, process.env)),
  kinds,
  functions,
  secretOutputs: {
    "aws:rds/instance:Instance": ["password"],
    "aws:secretsmanager/secretVersion:SecretVersion": ["secretString", "secretBinary"],
  },
});
