import { z } from "zod";
import { isEverybody } from "../shared/addresses.ts";
import { cisAws, nist, securityHub } from "../shared/controls.ts";
import { openTogether } from "../shared/open-together.ts";
import { type Opening, openingText, openToEverybody } from "../shared/openings.ts";
import { number, objects, text, texts, wrong } from "../shared/read.ts";
import { about, type DeclaredResource, ofType, type Props } from "../shared/resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "../shared/rule.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const RULES = [
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];
const PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList";
const options = z.object({
  openPorts: z.array(z.int()).default([443]).describe("Ports that may be open to everybody."),
});

const ingress = resourceRule(
  {
    name: "aws-ingress-narrow",
    title: "Nothing but HTTPS is open to the world.",
    severity: "critical",
    level: "mandatory",
    controls: [securityHub("EC2.18"), cisAws("5.2"), cisAws("5.3"), nist("SC-7")],
    remedy: "Name the sources (pilotlight:allowedCidrs), or a security group.",
    types: [GROUP, ...RULES],
    check: (resource, { openPorts }) =>
      openToEverybody(openingsOf(resource), openPorts).map((opening) => message(opening, openPorts)),
  },
  options,
);

const together = stackRule(
  {
    name: "aws-ingress-narrow-together",
    title: "The rules of a security group do not open together what none of them opens alone.",
    severity: "critical",
    level: "mandatory",
    controls: [securityHub("EC2.18"), nist("SC-7")],
    remedy: "Name the sources (pilotlight:allowedCidrs), or a security group.",
    check: (stack, { openPorts }) =>
      openTogether({
        groups: ofType(stack, GROUP),
        rules: RULES.flatMap((type) => ofType(stack, type)),
        groupOf: ({ props }) => text(props.securityGroupId),
        openingsOf,
        openPorts,
      }).map(({ urn, opening }) => ({ urn, message: message(opening, openPorts) })),
  },
  options,
);

const prefixLists = resourceRule({
  name: "aws-prefix-list-narrow",
  title: "A list of networks is not the world: whoever opens a port to it would open it to everybody.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("EC2.18"), nist("SC-7")],
  remedy: "Name smaller networks.",
  types: [PREFIX_LIST],
  check: ({ props }) => {
    const cidrs = objects(props.entries).flatMap(({ cidr }) => texts(cidr));
    return isEverybody(cidrs) ? [wrong("entries", cidrs.join(", "), "the networks of those who are meant")] : [];
  },
});

/** Ports that a security group's own rules, or a rule beside it, open. ICMP has none; a protocol without ports is all of them. */
function openingsOf({ type, props }: DeclaredResource): readonly Opening[] {
  if (type.endsWith(":SecurityGroupRule") && props.type !== "ingress") return [];
  const rules = type === GROUP ? objects(props.ingress) : [props];
  return rules.flatMap((rule) => {
    const [from, to] = portsOf(rule) ?? [];
    const sources = [rule.cidrBlocks, rule.ipv6CidrBlocks, rule.cidrIpv4, rule.cidrIpv6].flatMap(texts);
    return from === undefined || to === undefined || sources.length === 0 ? [] : [{ from, to, sources }];
  });
}

const ICMP = ["icmp", "icmpv6", "1", "58"];
const ALL: readonly [number, number] = [0, 65_535];

function portsOf(rule: Props): readonly [from: number, to: number] | undefined {
  const protocol = String(rule.protocol ?? rule.ipProtocol).toLowerCase();
  if (ICMP.includes(protocol)) return undefined;
  if (protocol === "-1" || protocol === "all") return ALL;
  const [from, to] = [number(rule.fromPort), number(rule.toPort)];
  if (from === undefined || to === undefined) return undefined;
  return from < 0 ? ALL : [from, to];
}

function message(opening: Opening, openPorts: readonly number[]): string {
  return `${openingText(opening)}; right would be: only ${openPorts.join(", ")} for everybody`;
}

const flowLogs = stackRule({
  name: "aws-network-flow-logs",
  title: "A VPC logs its flows.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("EC2.6"), cisAws("3.7"), nist("AU-12")],
  remedy: "Add a FlowLog (pilotlight:flowLogs).",
  check: (stack) =>
    ofType(stack, "aws:ec2/vpc:Vpc")
      .filter((vpc) => about(stack, "aws:ec2/flowLog:FlowLog", vpc).length === 0)
      .map(({ urn }) => ({ urn, message: "it has no FlowLog" })),
});

export const networkRules: readonly (ResourceRule | StackRule)[] = [ingress, together, prefixLists, flowLogs];
