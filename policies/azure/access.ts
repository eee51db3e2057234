import { cisAzure, microsoftBenchmark, nist } from "../shared/controls.ts";
import { objects, text, texts, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

/** Built-in roles that may do everything, or give themselves everything. */
const BROAD: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
};

const narrow = resourceRule({
  name: "azure-rights-narrow",
  title: "No role that we make or give may do everything.",
  severity: "critical",
  level: "mandatory",
  controls: [microsoftBenchmark("PA-7"), cisAzure("1.23"), nist("AC-6")],
  remedy: "Name the actions, or give a role made for the task.",
  types: ["azure-native:authorization:RoleDefinition", "azure-native:authorization:RoleAssignment"],
  check: ({ type, props }) => {
    if (type.endsWith("RoleAssignment")) {
      const role = BROAD[text(props.roleDefinitionId)?.split("/").at(-1) ?? ""];
      return role === undefined ? [] : [wrong("roleDefinitionId", role, "a role made for the task")];
    }
    return objects(props.permissions)
      .filter(({ actions, dataActions }) => [...texts(actions), ...texts(dataActions)].includes("*"))
      .map(() => 'permissions: "*"; right would be: named actions');
  },
});

export const accessRules: readonly ResourceRule[] = [narrow];
