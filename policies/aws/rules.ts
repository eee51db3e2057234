import { namespaceRules } from "../shared/namespaces.ts";
import { podRules } from "../shared/pods.ts";
import type { Rule } from "../shared/rule.ts";
import { accessRules } from "./access.ts";
import { clusterRules } from "./cluster.ts";
import { databaseRules } from "./database.ts";
import { entranceRules } from "./entrance.ts";
import { imageRules } from "./images.ts";
import { networkRules } from "./network.ts";
import { objectStoreRules } from "./object-store.ts";
import { secretRules } from "./secrets.ts";
import { awsTagRule } from "./tags.ts";
import { awsUnjudgedRule } from "./unjudged.ts";
import { watchRules } from "./watch.ts";

const judging: readonly Rule[] = [
  ...databaseRules,
  ...objectStoreRules,
  ...networkRules,
  ...clusterRules,
  ...accessRules,
  ...secretRules,
  ...watchRules,
  ...entranceRules,
  ...imageRules,
  awsTagRule,
  ...podRules("aws"),
  ...namespaceRules("aws"),
];

/** What AWS resources, and pods at the primary, must be. */
export const awsRules: readonly Rule[] = [...judging, awsUnjudgedRule(judging)];
