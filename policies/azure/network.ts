import { z } from "zod";
import { azurePolicy, cisAzure, microsoftBenchmark, nist, wellArchitectedAzure } from "../shared/controls.ts";
import { openTogether } from "../shared/open-together.ts";
import { type Opening, openingText, openToEverybody } from "../shared/openings.ts";
import { portRange } from "../shared/ports.ts";
import { at, is, objects, text, texts } from "../shared/read.ts";
import { about, type DeclaredResource, ofType, type Props } from "../shared/resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "../shared/rule.ts";

const GROUP = "azure-native:network:NetworkSecurityGroup";
const RULE = "azure-native:network:SecurityRule";
const options = z.object({
  openPorts: z.array(z.int()).default([443]).describe("Ports that may be open to everybody."),
});

const ingress = resourceRule(
  {
    name: "azure-ingress-narrow",
    title: "Nothing but HTTPS is open to the world.",
    severity: "critical",
    level: "mandatory",
    controls: [microsoftBenchmark("NS-1"), cisAzure("6.1"), cisAzure("6.2"), nist("SC-7")],
    remedy: "Name the sources, or a service tag.",
    types: [GROUP, RULE],
    check: (resource, { openPorts }) => {
      const rules = rulesOf(resource);
      const found = rules.map((rule) => ({ name: nameOf(rule), open: openToEverybody(openingsOf(rule), openPorts) }));
      const both = openToEverybody(rules.flatMap(openingsOf), openPorts);
      const named = found.flatMap(({ name, open }) => open.map((opening) => `${name}: ${alone(opening, openPorts)}`));
      const known = found.flatMap(({ open }) => open);
      const rest = both.filter(({ from, to }) => !known.some((each) => each.from <= from && each.to >= to));
      return [...named, ...rest.map((opening) => message(opening, openPorts))];
    },
  },
  options,
);

const together = stackRule(
  {
    name: "azure-ingress-narrow-together",
    title: "The rules of a security group do not open together what none of them opens alone.",
    severity: "critical",
    level: "mandatory",
    controls: [microsoftBenchmark("NS-1"), nist("SC-7")],
    remedy: "Name the sources, or a service tag.",
    check: (stack, { openPorts }) =>
      openTogether({
        groups: ofType(stack, GROUP),
        rules: ofType(stack, RULE),
        groupOf: ({ props }) => text(props.networkSecurityGroupName),
        openingsOf: (resource) => rulesOf(resource).flatMap(openingsOf),
        openPorts,
      }).map(({ urn, opening }) => ({ urn, message: message(opening, openPorts) })),
  },
  options,
);

function rulesOf({ type, props }: DeclaredResource): readonly Props[] {
  return type === GROUP ? objects(props.securityRules) : [props];
}

function nameOf(rule: Props): string {
  return text(rule.name) ?? text(rule.securityRuleName) ?? "rule";
}

/** What a rule lets in, with its ports. ICMP has none. */
function openingsOf(rule: Props): readonly Opening[] {
  if (!is(rule.access, "Allow") || !is(rule.direction, "Inbound") || /^icmp/i.test(String(rule.protocol))) return [];
  const sources = [...texts(rule.sourceAddressPrefix), ...texts(rule.sourceAddressPrefixes)];
  return [...texts(rule.destinationPortRange), ...texts(rule.destinationPortRanges)].flatMap((range) => {
    const [from, to] = portRange(range) ?? [];
    return from === undefined || to === undefined || sources.length === 0 ? [] : [{ from, to, sources }];
  });
}

function alone({ from, to }: Opening, openPorts: readonly number[]): string {
  const range = from === 0 && to === 65_535 ? "*" : from === to ? from : `${from}-${to}`;
  return `port ${range} open to everybody; right would be: only ${openPorts.join(", ")} for everybody`;
}

function message(opening: Opening, openPorts: readonly number[]): string {
  return `${openingText(opening)}; right would be: only ${openPorts.join(", ")} for everybody`;
}

/** Azure refuses, or advises against, a security group on these. */
const UNGUARDED: ReadonlySet<string> = new Set(["GatewaySubnet", "AzureFirewallSubnet", "RouteServerSubnet"]);

const NETWORK = "azure-native:network:VirtualNetwork";

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
  types: [NETWORK, "azure-native:network:Subnet"],
  check: ({ type, props }) => {
    if (type !== NETWORK) {
      const { subnetName = props.name, networkSecurityGroup } = props;
      if (typeof subnetName === "symbol" || UNGUARDED.has(String(subnetName)) || networkSecurityGroup !== undefined)
        return [];
      return ["networkSecurityGroup is not set; right would be: a security group"];
    }
    return objects(props.subnets)
      .filter((subnet) => !UNGUARDED.has(String(subnet.name)) && subnet.networkSecurityGroup === undefined)
      .map(({ name }) => `subnets.${String(name)}.networkSecurityGroup is not set; right would be: a security group`);
  },
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

export const networkRules: readonly (ResourceRule | StackRule)[] = [ingress, together, guarded, endpoints];
