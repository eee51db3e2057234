import type { PluginSpec } from "../resource-kind.ts";
import { randomId } from "./random-id.ts";
import { keptInputs, randomPassword, randomString } from "./random-string.ts";

/** The sandbox's stand-in for the Pulumi plugin `random`: the version of the npm package that the stacks use. */
export const randomPlugin: PluginSpec<null> = {
  name: "random",
  version: "4.21.2",
  connect: () => null,
  kinds: {
    "random:index/randomPassword:RandomPassword": randomPassword,
    "random:index/randomString:RandomString": randomString,
    "random:index/randomId:RandomId": randomId,
  },
  functions: {},
  secretOutputs: {
    "random:index/randomPassword:RandomPassword": ["result", "bcryptHash", keptInputs],
    "random:index/randomString:RandomString": [keptInputs],
    "random:index/randomId:RandomId": [keptInputs],
  },
};
