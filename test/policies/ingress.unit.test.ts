import { describe, expect, it } from "vitest";
import { awsRules } from "../../policies/aws/rules.ts";
import { azureRules } from "../../policies/azure/rules.ts";
import { isEverybody } from "../../policies/shared/addresses.ts";
import { judge } from "../../policies/shared/judge.ts";
import type { DeclaredResource, Props } from "../../policies/shared/resource.ts";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const NSG = "azure-native:network:NetworkSecurityGroup";

function resource(type: string, props: Props, name = "it", dependencies: readonly string[] = []): DeclaredResource {
  return {
    urn: `urn:pulumi:orders::pilotlight::${type}::${name}`,
    type,
    name,
    props,
    protect: true,
    parent: "",
    dependencies,
  };
}

function messages(...resources: readonly DeclaredResource[]): readonly string[] {
  return judge([...awsRules, ...azureRules], { name: "orders-primary", resources })
    .filter(({ rule }) => rule.includes("-ingress-"))
    .map(({ rule, message }) => `${rule.replace(/^\w+-ingress-/, "")}: ${message}`);
}

function aws(protocol: string, ports: readonly [number, number], ...cidrs: readonly string[]): Props {
  const [fromPort, toPort] = ports;
  return {
    protocol,
    fromPort,
    toPort,
    cidrBlocks: cidrs.filter((cidr) => !cidr.includes(":")),
    ipv6CidrBlocks: cidrs.filter((cidr) => cidr.includes(":")),
  };
}

describe("sources", () => {
  it.each([
    [["0.0.0.0/0"]],
    [["::/0"]],
    [["Internet"]],
    [["0.0.0.0/1"]],
    [["0.0.0.0/1", "128.0.0.0/1"]],
    [["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"]],
    [["1.2.3.4/0"]],
    [["0.0.0.0/1", "64.0.0.0/2", "100.0.0.0/6", "128.0.0.0/2"]],
    [["::/1", "8000::/1"]],
    [["2000::/3"]],
    [["2000::/4", "3000::/4"]],
    [["0:0:0:0:0:0:0:0/0"]],
    [Array.from({ length: 224 }, (_, first) => `${first}.0.0.0/8`)],
  ])("are everybody: %j", (sources) => {
    expect(isEverybody(sources)).toBe(true);
  });

  it.each([
    [[]],
    [["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10"]],
    [["203.0.113.7", "198.51.100.0/24", "2001:db8::1/128", "2a05:d000::/25"]],
    [["17.0.0.0/8", "17.0.0.0/8", "17.1.0.0/16", "17.0.0.0/9", "17.128.0.0/9"]],
    [Array.from({ length: 300 }, () => "17.0.0.0/8")],
    [["VirtualNetwork", "AzureLoadBalancer", "pl-1234", "300.0.0.0/0", "0.0.0.0/33", "1::2::3/0", ""]],
  ])("are some: %j", (sources) => {
    expect(isEverybody(sources)).toBe(false);
  });
});

describe("ingress of AWS", () => {
  it("that is all of ICMP opens no port", () => {
    for (const protocol of ["icmp", "icmpv6", "ICMP", "1", "58"]) {
      expect(messages(resource(GROUP, { ingress: [aws(protocol, [-1, -1], "0.0.0.0/0", "::/0")] })), protocol).toEqual(
        [],
      );
      expect(messages(resource(GROUP, { ingress: [aws(protocol, [8, 0], "0.0.0.0/0")] })), protocol).toEqual([]);
    }
    expect(messages(resource(INGRESS, { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }))).toHaveLength(1);
  });

  it("is summed within a group", () => {
    const halves = resource(GROUP, {
      ingress: [aws("tcp", [22, 22], "0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")],
    });
    expect(messages(halves)).toEqual([
      "narrow: port 22 open to 0.0.0.0/2, 64.0.0.0/2, 128.0.0.0/2, 192.0.0.0/2; right would be: only 443 for everybody",
    ]);
    const apart = resource(GROUP, { ingress: [aws("tcp", [20, 30], "4.0.0.0/6"), aws("tcp", [25, 40], "8.0.0.0/6")] });
    expect(messages(apart)).toEqual([
      "narrow: ports 25-30 open to 4.0.0.0/6, 8.0.0.0/6; right would be: only 443 for everybody",
    ]);
    const https = resource(GROUP, {
      ingress: [aws("tcp", [443, 443], "0.0.0.0/1"), aws("tcp", [443, 443], "128.0.0.0/1")],
    });
    expect(messages(https)).toEqual([]);
    const others = resource(GROUP, { ingress: [aws("tcp", [22, 22], "4.0.0.0/6"), aws("tcp", [23, 23], "8.0.0.0/6")] });
    expect(messages(others)).toEqual([]);
  });

  it("is summed over a group and the rules beside it, whatever their form", () => {
    const group = resource(GROUP, { ingress: [aws("tcp", [22, 22], "4.0.0.0/6")] }, "group");
    const single = resource(INGRESS, { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "8.0.0.0/6" }, "one", [
      group.urn,
    ]);
    const older = resource(
      "aws:ec2/securityGroupRule:SecurityGroupRule",
      { type: "ingress", ...aws("tcp", [22, 22], "12.0.0.0/6") },
      "two",
      [group.urn],
    );
    expect(messages(group)).toEqual([]);
    expect(messages(group, single)).toEqual([
      "narrow-together: port 22 open to 4.0.0.0/6, 8.0.0.0/6; right would be: only 443 for everybody",
    ]);
    expect(messages(group, older, { ...single, dependencies: [] })).toHaveLength(1);
    expect(messages(group, { ...single, dependencies: [] })).toEqual([]);
    const named = (name: string, cidrIpv6: string) =>
      resource(INGRESS, { securityGroupId: "sg-1", ipProtocol: "udp", fromPort: 53, toPort: 53, cidrIpv6 }, name);
    expect(messages(named("one", "2400::/16"), named("two", "2600::/16"))).toEqual([
      "narrow-together: port 53 open to 2400::/16, 2600::/16; right would be: only 443 for everybody",
    ]);
  });
});

describe("ingress of Azure", () => {
  const rule = (props: Props): Props => ({
    name: "r",
    access: "Allow",
    direction: "Inbound",
    protocol: "Tcp",
    destinationPortRange: "22",
    ...props,
  });

  it("that is ICMP opens no port", () => {
    for (const protocol of ["Icmp", "ICMP", "icmp"]) {
      expect(
        messages(
          resource(NSG, { securityRules: [rule({ protocol, sourceAddressPrefix: "*", destinationPortRange: "*" })] }),
        ),
      ).toEqual([]);
    }
  });

  it("is summed, inside a group and beside it", () => {
    const halves = resource(NSG, { securityRules: [rule({ sourceAddressPrefixes: ["0.0.0.0/1", "128.0.0.0/1"] })] });
    expect(messages(halves)).toEqual(["narrow: r: port 22 open to everybody; right would be: only 443 for everybody"]);
    const two = resource(NSG, {
      securityRules: [
        rule({ sourceAddressPrefix: "4.0.0.0/6" }),
        rule({ name: "s", sourceAddressPrefix: "8.0.0.0/6" }),
      ],
    });
    expect(messages(two)).toEqual([
      "narrow: port 22 open to 4.0.0.0/6, 8.0.0.0/6; right would be: only 443 for everybody",
    ]);
    const group = resource(
      NSG,
      { networkSecurityGroupName: "web", securityRules: [rule({ sourceAddressPrefix: "4.0.0.0/6" })] },
      "group",
    );
    const beside = resource(
      "azure-native:network/v20240501:SecurityRule",
      rule({ networkSecurityGroupName: "web", sourceAddressPrefix: "8.0.0.0/6" }),
      "beside",
    );
    expect(messages(group, beside)).toEqual([
      "narrow-together: port 22 open to 4.0.0.0/6, 8.0.0.0/6; right would be: only 443 for everybody",
    ]);
  });
});

describe("a cluster's API", () => {
  it("is not for two halves of the world", () => {
    const halves = ["0.0.0.0/1", "128.0.0.0/1"];
    const eks = resource("aws:eks/cluster:Cluster", {
      vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: halves },
    });
    const aks = resource("azure-native:containerservice:ManagedCluster", {
      apiServerAccessProfile: { authorizedIPRanges: halves },
    });
    const found = judge([...awsRules, ...azureRules], { name: "orders-primary", resources: [eks, aks] }).map(
      ({ rule }) => rule,
    );
    expect(found).toEqual(expect.arrayContaining(["aws-cluster-endpoint-narrow", "azure-cluster-endpoint-narrow"]));
  });
});
