import { z } from "zod";
import { azureAccount } from "../account.ts";
import { ArmError } from "./arm-error.ts";
import type { ArmPath } from "./arm-id.ts";
import type { ArmSurroundings } from "./resource-type.ts";

const permission = z.looseObject({
  actions: z.array(z.string()).default([]),
  notActions: z.array(z.string()).default([]),
});
type Permission = z.infer<typeof permission>;

const roleSchema = z.looseObject({ permissions: z.array(permission).default([]) });
const assignmentSchema = z.looseObject({ principalId: z.string(), roleDefinitionId: z.string(), scope: z.string() });

/** Built-in roles that mean something to the sandbox; every other built-in role gives nothing here. */
const builtIn: Readonly<Record<string, Permission>> = {
  // Owner
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": { actions: ["*"], notActions: [] },
  // Contributor
  "b24988ac-6180-42a0-ab88-20f7382dd24c": {
    actions: ["*"],
    notActions: ["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"],
  },
  // Reader
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": { actions: ["*/read"], notActions: [] },
};

/** Throws `AuthorizationFailed` unless a role assignment lets this principal do it. Lists show what it may read instead. */
export function authorize(principalId: string, method: string, path: ArmPath, around: ArmSurroundings): void {
  if (path.kind !== "resource") return;
  const action = actionOf(method, path);
  if (isAllowed(principalId, action, path.id.id, around)) return;
  throw new ArmError(
    403,
    "AuthorizationFailed",
    `The client with object id '${principalId}' does not have authorization to perform action '${action}' over scope '${path.id.id}'.`,
  );
}

/** Whether a principal may do `action` (`<type>/read`, …) at a scope. The sandbox's own identity owns all. */
export function isAllowed(principalId: string, action: string, scope: string, around: ArmSurroundings): boolean {
  if (principalId === azureAccount.objectId) return true;
  return around.all("Microsoft.Authorization/roleAssignments").some((record) => {
    const assignment = assignmentSchema.parse(record.properties);
    return (
      assignment.principalId === principalId &&
      `${scope.toLowerCase()}/`.startsWith(`${assignment.scope.toLowerCase().replace(/\/$/, "")}/`) &&
      permissionsOf(assignment.roleDefinitionId, around).some(
        ({ actions, notActions }) =>
          actions.some((pattern) => matches(pattern, action)) &&
          !notActions.some((pattern) => matches(pattern, action)),
      )
    );
  });
}

function actionOf(method: string, { id, action }: Extract<ArmPath, { readonly kind: "resource" }>): string {
  if (method === "POST") return `${id.type}/${action ?? ""}/action`;
  if (method === "DELETE") return `${id.type}/delete`;
  return method === "GET" || method === "HEAD" ? `${id.type}/read` : `${id.type}/write`;
}

/** By GUID: a custom role has the same one wherever it is looked at from. */
function permissionsOf(roleDefinitionId: string, around: ArmSurroundings): readonly Permission[] {
  const guid = roleDefinitionId.split("/").at(-1)?.toLowerCase() ?? "";
  const known = builtIn[guid];
  if (known !== undefined) return [known];
  const custom = around
    .all("Microsoft.Authorization/roleDefinitions")
    .find(({ id }) => id.split("/").at(-1)?.toLowerCase() === guid);
  return custom === undefined ? [] : roleSchema.parse(custom.properties).permissions;
}

/** `*` stands for anything, slashes too. */
function matches(pattern: string, action: string): boolean {
  const text = pattern
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${text}$`, "i").test(action);
}
