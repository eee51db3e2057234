import { z } from "zod";
import { azurePolicy, cisAzure, microsoftBenchmark, nist, wellArchitectedAzure } from "../shared/controls.ts";
import { allows, isWorld, portRange } from "../shared/ports.ts";
import { at, objects, text, texts } from "../shared/read.ts";
import { about, ofType, type Props } from "../shared/resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "../shared/rule.ts";

const ingress = resourceRule(
  {
    name: "azure-ingress-narrow",
    title: "Nothing but HTTPS is open to the world.",
    severity: "critical",
    level: "mandatory",
    controls: [microsoftBenchmark("NS-1"), cisAzure("6.1"), cisAzure("6.2"), nist("SC-7")],
    remedy: "Name the sources, or a service tag.",
    types: ["azure-native:network:NetworkSecurityGroup", "azure-native:network:SecurityRule"],
    check: ({ type, props }, { openPorts }) => {
      const rules = type.endsWith("Group") ? objects(props.securityRules) : [props];
      return rules.filter(isOpen).flatMap((rule) => {
        const wide = ports(rule).filter((range) => {
          const [from, to] = portRange(range) ?? [];
          return from !== undefined && to !== undefined && !allows(openPorts, from, to);
        });
        const name = text(rule.name) ?? text(rule.securityRuleName) ?? "rule";
        return wide.map(
          (range) =>
            `${name}: port ${range} open to everybody; right would be: only ${openPorts.join(", ")} for everybody`,
        );
      });
    },
  },
  z.object({ openPorts: z.array(z.int()).default([443]).describe("Ports that may be open to everybody.") }),
);

function isOpen(rule: Props): boolean {
  if (rule.access !== "Allow" || rule.direction !== "Inbound") return false;
  return [...texts(rule.sourceAddressPrefix), ...texts(rule.sourceAddressPrefixes)].some(isWorld);
}

function ports(rule: Props): readonly string[] {
  return [...texts(rule.destinationPortRange), ...texts(rule.destinationPortRanges)];
}

/** Azure refuses, or advises against, a security group on these. */
const UNGUARDED: ReadonlySet<string> = new Set(["GatewaySubnet", "AzureFirewallSubnet", "RouteServerSubnet"]);

const guarded = resourceRule({
  name: "azure-subnet-guarded",
  title: "Every subnet is behind a security group.",
  severity: "medium",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Subnets should be associated with a Network Security Group",
      "Security Center/ASC_NetworkSecurityGroupsOnSubnets_Audit",
    ),
    microsoftBenchmark("NS-1"),
    nist("SC-7"),
  ],
  remedy: "Give the subnet a networkSecurityGroup.",
  types: ["azure-native:network:VirtualNetwork"],
  check: ({ props }) =>
    objects(props.subnets)
      .filter((subnet) => !UNGUARDED.has(String(subnet.name)) && subnet.networkSecurityGroup === undefined)
      .map(({ name }) => `subnets.${String(name)}.networkSecurityGroup is not set; right would be: a security group`),
});

/** What a standby keeps data in, and has an endpoint in its own network for. */
const PRIVATE = [
  "azure-native:dbforpostgresql:Server",
  "azure-native:sql:Server",
  "azure-native:storage:StorageAccount",
  "azure-native:keyvault:Vault",
];

const endpoints = stackRule({
  name: "azure-private-endpoints",
  title: "What holds data is reached inside the network.",
  severity: "medium",
  level: "mandatory",
  controls: [
    azurePolicy("Storage accounts should use private link", "Storage/StorageAccountPrivateEndpointEnabled_Audit"),
    azurePolicy("Azure Key Vaults should use private link", "Key Vault/Should_Use_PrivateEndpoint_Audit"),
    azurePolicy(
      "Private endpoint should be enabled for PostgreSQL flexible servers",
      "PostgreSQL/FlexibleServers_EnablePrivateEndPoint_AINE",
    ),
    microsoftBenchmark("NS-2"),
    wellArchitectedAzure("SE:06", "security/networking"),
    nist("SC-7"),
  ],
  remedy: "Give it a private endpoint (pilotlight:privateEndpoints).",
  check: (stack) =>
    PRIVATE.flatMap((type) => ofType(stack, type))
      .filter((store) => about(stack, "azure-native:network:PrivateEndpoint", store).length === 0)
      .filter(({ props }) => at(props, "network.delegatedSubnetResourceId") === undefined)
      .map(({ urn }) => ({ urn, message: "it has no PrivateEndpoint" })),
});

export const networkRules: readonly (ResourceRule | StackRule)[] = [ingress, guarded, endpoints];
