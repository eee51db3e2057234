import type { PluginSpec } from "../resource-kind.ts";
import type { ArmClient } from "./arm-client.ts";
import { blobKind, blobToken } from "./blob-kind.ts";
import { connect } from "./connect.ts";
import { functions } from "./functions.ts";
import { keptInputs, kindOf } from "./kind.ts";
import { allMappings } from "./mappings/all.ts";

/** The sandbox's stand-in for the Pulumi plugin `azure-native`: the version of the npm package that the stacks use. */
export const azureNativePlugin: PluginSpec<ArmClient> = {
  name: "azure-native",
  version: "3.28.0",
  connect: (config) => connect(config, process.env),
  kinds: {
    ...Object.fromEntries(allMappings.map((mapping) => [mapping.token, kindOf(mapping)])),
    [blobToken]: blobKind,
  },
  functions,
  secretOutputs: Object.fromEntries(allMappings.map(({ token }) => [token, [keptInputs]])),
};
