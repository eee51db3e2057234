import { namespaceRules } from "../shared/namespaces.ts";
import { podRules } from "../shared/pods.ts";
import type { Rule } from "../shared/rule.ts";
import { accessRules } from "./access.ts";
import { clusterRules } from "./cluster.ts";
import { containerRules } from "./containers.ts";
import { databaseRules } from "./database.ts";
import { networkRules } from "./network.ts";
import { objectStoreRules } from "./object-store.ts";
import { azureTagRule } from "./tags.ts";
import { azureUnjudgedRule } from "./unjudged.ts";
import { vaultRules } from "./vault.ts";
import { watchRules } from "./watch.ts";
import { webRules } from "./web.ts";

const judging: readonly Rule[] = [
  ...databaseRules,
  ...objectStoreRules,
  ...vaultRules,
  ...networkRules,
  ...clusterRules,
  ...containerRules,
  ...webRules,
  ...accessRules,
  ...watchRules,
  azureTagRule,
  ...podRules("azure"),
  ...namespaceRules("azure"),
];

/** What Azure resources, and pods at the standby, must be. */
export const azureRules: readonly Rule[] = [...judging, azureUnjudgedRule(judging)];
