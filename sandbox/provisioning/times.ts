export type Change = "create" | "update" | "delete" | "start";

/** How long a cloud takes for one change of one kind of resource. */
export interface ProvisioningTime {
  /** An ARM type, or `<service>:<noun>` of AWS. */
  readonly resource: string;
  readonly change: Change;
  readonly seconds: number;
  /** Where the number is from; for an assumption why it is this one. */
  readonly source: string;
  /** Nobody measured it for us: chosen, not found. */
  readonly assumption: boolean;
}

const found = (resource: string, change: Change, seconds: number, source: string): ProvisioningTime => ({
  resource,
  change,
  seconds,
  source,
  assumption: false,
});
const assumed = (resource: string, change: Change, seconds: number, source: string): ProvisioningTime => ({
  ...found(resource, change, seconds, source),
  assumption: true,
});

const aks = "Microsoft.ContainerService/managedClusters";
const group = "Microsoft.ContainerInstance/containerGroups";
const flexible = "Microsoft.DBforPostgreSQL/flexibleServers";
const address = "Microsoft.Network/publicIPAddresses";

/** What `pilotlight sandbox up --provisioning-scale` divides. What is not here takes no time of its own. docs/bench-rto.md shows it. */
export const PROVISIONING_TIMES: readonly ProvisioningTime[] = [
  found(
    aks,
    "create",
    330,
    "Microsoft's own claim of 5 to 6 minutes, kubedex.com 2019; an example log of Terraform says 11m45s",
  ),
  assumed(aks, "update", 120, "a node pool that grows by a machine"),
  assumed(aks, "delete", 240, "less than its creation; kubedex.com measured 13 minutes in 2019"),
  assumed(group, "create", 45, "Azure says seconds; an image of some hundred MB is pulled first"),
  assumed(group, "update", 45, "as its creation: the containers begin anew"),
  assumed(group, "start", 30, "machine and image are allocated anew, the address is there"),
  assumed(group, "delete", 10, "nothing is waited for but the containers' end"),
  found(flexible, "create", 306, "a Terraform log in a public repository: complete after 5m6s; an example says 9m23s"),
  assumed(flexible, "update", 60, "a change of size or of a static parameter restarts the server"),
  assumed(flexible, "delete", 60, "no log found"),
  assumed(address, "create", 5, "two looks at an operation that is done after seconds"),
  assumed(address, "update", 5, "as its creation"),
  assumed(address, "delete", 10, "two looks, and it must be released first"),
  found("eks:cluster", "create", 513, "a Terraform log: 8m33s, DevopsArtFactory/terraform-provisioning pull 46, 2024"),
  assumed("eks:nodegroup", "create", 120, "machines boot and join"),
  assumed("eks:nodegroup", "update", 60, "a change of its size"),
  assumed("rds:instance", "create", 420, "one zone; two zones take longer"),
  assumed("rds:instance", "update", 120, "a change of class or parameters, applied at once"),
];
