import { servePlugin } from "../plugin-host.ts";
import type { ArmClient } from "./arm-client.ts";
import { blobKind, blobToken } from "./blob-kind.ts";
import { connect } from "./connect.ts";
import { functions } from "./functions.ts";
import { keptInputs, kindOf } from "./kind.ts";
import { allMappings } from "./mappings/all.ts";

servePlugin<ArmClient>({
  name: "azure-native",
  version: "3.28.0",
  connect: (config) => connect(config, process.env),
  kinds: {
    ...Object.fromEntries(allMappings.map((mapping) => [mapping.token, kindOf(mapping)])),
    [blobToken]: blobKind,
  },
  functions,
  secretOutputs: Object.fromEntries(allMappings.map(({ token }) => [token, [keptInputs]])),
});
