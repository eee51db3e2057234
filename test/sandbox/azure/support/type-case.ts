import { azureAccount } from "../../../../sandbox/azure/account.ts";

type Inputs = Record<string, unknown>;

/** One resource of a type: what makes it, what changes it in place, and what would replace it. */
export interface TypeCase {
  readonly token: string;
  readonly inputs: Inputs;
  readonly update?: Inputs;
  readonly replace?: Inputs;
  /** Outputs that Azure works out. */
  readonly outputs?: Inputs;
  /** Texts that must not be in any answer of Azure. */
  readonly secrets?: readonly string[];
}

/** Everything is in one resource group. */
export const subscription = `/subscriptions/${azureAccount.subscriptionId}`;
export const group = `${subscription}/resourceGroups/estate`;
export const id = (path: string) => `${group}/providers/${path}`;
export const here = { resourceGroupName: "estate", location: "westeurope" };
export const inGroup = { resourceGroupName: "estate" };
