import { z } from "zod";
import { cisAws, nist, securityHub } from "../shared/controls.ts";
import { allows, isWorld } from "../shared/ports.ts";
import { number, objects, texts } from "../shared/read.ts";
import { about, ofType, type Props } from "../shared/resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "../shared/rule.ts";

const ingress = resourceRule(
  {
    name: "aws-ingress-narrow",
    title: "Nothing but HTTPS is open to the world.",
    severity: "critical",
    level: "mandatory",
    controls: [securityHub("EC2.18"), cisAws("5.2"), cisAws("5.3"), nist("SC-7")],
    remedy: "Name the sources (pilotlight:allowedCidrs), or a security group.",
    types: [
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ],
    check: ({ type, props }, { openPorts }) => {
      if (type.endsWith(":SecurityGroupRule") && props.type !== "ingress") return [];
      const rules = type.endsWith(":SecurityGroup") ? objects(props.ingress) : [props];
      return rules.flatMap((rule) => sources(rule).flatMap((source) => open(rule, source, openPorts)));
    },
  },
  z.object({ openPorts: z.array(z.int()).default([443]).describe("Ports that may be open to everybody.") }),
);

function sources(rule: Props): readonly string[] {
  return [
    ...texts(rule.cidrBlocks),
    ...texts(rule.ipv6CidrBlocks),
    ...texts(rule.cidrIpv4),
    ...texts(rule.cidrIpv6),
  ].filter(isWorld);
}

function open(rule: Props, source: string, openPorts: readonly number[]): readonly string[] {
  const everything = String(rule.protocol ?? rule.ipProtocol) === "-1";
  const [from, to] = everything ? [0, 65_535] : [number(rule.fromPort), number(rule.toPort)];
  if (from === undefined || to === undefined || allows(openPorts, from, to)) return [];
  const ports = from === to ? `port ${from}` : `ports ${from}-${to}`;
  return [`${ports} open to ${source}; right would be: only ${openPorts.join(", ")} for everybody`];
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

export const networkRules: readonly (ResourceRule | StackRule)[] = [ingress, flowLogs];
