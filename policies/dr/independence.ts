import { z } from "zod";
import { statePlace } from "../../automation/domain/state-place.ts";
import { overlap, parseCidr } from "../../components/cidr.ts";
import { nist, wellArchitectedAws, wellArchitectedAzure } from "../shared/controls.ts";
import { podOf } from "../shared/pods.ts";
import { at, objects, text } from "../shared/read.ts";
import { type DeclaredResource, type DeclaredStack, ofType } from "../shared/resource.ts";
import { NotJudged, type StackRule, stackRule } from "../shared/rule.ts";
import { isStandby, stackUrn } from "./facts.ts";

/** Hosts of AWS. */
const AWS_HOST =
  /(^|[./@])([a-z0-9-]+\.)*(amazonaws\.com|aws\.amazon\.com|awsapps\.com|ecr\.aws|on\.aws)(\.cn)?([:/]|$)/i;
/** Packages and providers of AWS: aws, aws-native, awsx, awscc, eks, and the components that are built of them. */
const AWS_TYPE = /^(pulumi:providers:)?(aws(x|cc|-[a-z-]+)?|eks)(:|$)/;

const independent = stackRule({
  name: "dr-standby-independent",
  title: "Nothing in the standby needs AWS in order to be made or to run.",
  severity: "critical",
  level: "mandatory",
  controls: [
    nist("CP-7"),
    wellArchitectedAws("REL11-BP04", "reliability-pillar/rel_withstand_component_failures_avoid_control_plane"),
  ],
  remedy: "Take it from the standby's own cloud: images from its registry, secrets from its vault.",
  check: (stack) =>
    isStandby(stack)
      ? stack.resources.flatMap((resource) => {
          if (AWS_TYPE.test(resource.type)) {
            return [
              {
                urn: resource.urn,
                message: `${resource.type} is AWS's; right would be: nothing of AWS in the standby`,
              },
            ];
          }
          return hosts(resource)
            .filter(([, host]) => AWS_HOST.test(host))
            .map(([path]) => ({ urn: resource.urn, message: `${path} is at AWS; right would be: one outside AWS` }));
        })
      : [],
});

/** Where a workload gets what it needs, with its path. Not the endpoint of the primary itself: it is there to be given up. */
function hosts(resource: DeclaredResource): readonly (readonly [path: string, host: string])[] {
  const { initContainers, containers } = podOf(resource);
  const groups: readonly [containers: unknown, variables: string][] =
    resource.type === "azure-native:containerinstance:ContainerGroup"
      ? [[resource.props.containers, "environmentVariables"]]
      : [
          [initContainers, "env"],
          [containers, "env"],
        ];
  return groups.flatMap(([containers, variables]) =>
    objects(containers).flatMap((container) => {
      const path = `containers.${String(container.name)}`;
      const values = objects(container[variables]).map(
        ({ name, value }) => [`${path}.${variables}.${String(name)}`, text(value) ?? ""] as const,
      );
      return [[`${path}.image`, text(container.image) ?? ""] as const, ...values];
    }),
  );
}

/** Cloud in which a backend, a secrets provider or a witness is, by its address. Undefined: in neither. */
function cloudOf(address: string): "aws" | "azure" | undefined {
  if (address.startsWith("s3:")) {
    const { cloud } = statePlace(address);
    return cloud === "aws" || cloud === "azure" ? cloud : undefined;
  }
  if (/^(awskms|dynamodb):/.test(address) || AWS_HOST.test(address)) return "aws";
  if (/^(azblob|azurekeyvault|azure-table):/.test(address) || /\.(azure|windows)\.(com|net)([:/]|$)/.test(address)) {
    return "azure";
  }
  return undefined;
}

const elsewhere = stackRule(
  {
    name: "dr-control-elsewhere",
    title: "State, secrets provider and witness are not in the cloud that may be lost.",
    severity: "critical",
    level: "mandatory",
    controls: [
      nist("CP-6"),
      nist("CP-2"),
      wellArchitectedAws("REL11-BP04", "reliability-pillar/rel_withstand_component_failures_avoid_control_plane"),
    ],
    remedy: "Keep them outside the primary's cloud (README).",
    check: (stack, { primaryCloud, ...places }) => {
      const told = Object.entries(places).filter(([, address]) => address !== undefined);
      if (told.length === 0) throw new NotJudged("nothing says where state, secrets provider and witness are");
      return told
        .filter(([, address]) => cloudOf(String(address)) === primaryCloud)
        .map(([what, address]) => ({
          urn: stackUrn(stack),
          message: `${what}: ${withoutCredentials(String(address))}; right would be: one outside ${primaryCloud}, where the primary is`,
        }));
    },
  },
  z.object({
    primaryCloud: z.enum(["aws", "azure", "external"]).default("aws").describe("Where the primary is."),
    backend: z
      .string()
      .optional()
      .describe("URL of the state's backend, e.g. azblob://state, or s3://state?endpoint=minio.example."),
    secretsProvider: z.string().optional().describe("URL of the stack's secrets provider, or passphrase."),
    witness: z.string().optional().describe("Address of the witness, e.g. azure-table://account, or file."),
  }),
);

function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/@]*@/, "//").replace(/\?.*$/, "");
}

const apart = stackRule(
  {
    name: "dr-networks-apart",
    title: "The sites' networks do not overlap: they may have to be joined.",
    severity: "high",
    level: "mandatory",
    controls: [
      wellArchitectedAws("REL02-BP05", "reliability-pillar/rel_planning_network_topology_non_overlap_ip"),
      wellArchitectedAzure("RE:09", "reliability/disaster-recovery"),
    ],
    remedy: "Choose another pilotlight:primaryCidr or standbyCidr.",
    check: (stack, { otherCidrs }) => {
      if (otherCidrs.length === 0) throw new NotJudged("nothing says which networks the other site has");
      return networks(stack).flatMap(({ urn, cidr }) =>
        otherCidrs
          .filter((other) => meet(cidr, other))
          .map((other) => ({
            urn,
            message: `${cidr} overlaps ${other} of the other site; right would be: another block`,
          })),
      );
    },
  },
  z.object({ otherCidrs: z.array(z.string()).default([]).describe("Networks of the other site.") }),
);

function networks(stack: DeclaredStack): readonly { readonly urn: string; readonly cidr: string }[] {
  const vpcs = ofType(stack, "aws:ec2/vpc:Vpc").map(({ urn, props }) => ({ urn, cidrs: [props.cidrBlock] }));
  const vnets = ofType(stack, "azure-native:network:VirtualNetwork").map(({ urn, props }) => ({
    urn,
    cidrs: [at(props, "addressSpace.addressPrefixes")].flat(),
  }));
  return [...vpcs, ...vnets].flatMap(({ urn, cidrs }) =>
    cidrs.filter((cidr) => typeof cidr === "string").map((cidr) => ({ urn, cidr })),
  );
}

function meet(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a !== undefined && b !== undefined && overlap(a, b);
}

export const independenceRules: readonly StackRule[] = [independent, elsewhere, apart];
