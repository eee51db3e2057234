import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import type { Output } from "@pulumi/pulumi";
import type { AzureNames } from "../components/azure/names.ts";
import type { Network } from "../components/azure/network.ts";
import type { Tags } from "../components/tags.ts";
import type { PrimaryReference } from "./primary-reference.ts";

/** What every part of the standby receives: names, place, and what it stands in for. */
export interface StandbyBase {
  readonly names: AzureNames;
  /** Six characters that make names unique in Azure. */
  readonly suffix: Output<string>;
  /** First label of the public names; follows from the application's own. */
  readonly label: string;
  readonly place: { readonly resourceGroupName: Output<string>; readonly location: string; readonly tags: Tags };
  readonly scope: { readonly resourceGroupId: Output<string>; readonly subscriptionId: Output<string> };
  readonly tenantId: Output<string>;
  readonly group: ResourceGroup;
  readonly network: Network;
  readonly primary: PrimaryReference;
}
