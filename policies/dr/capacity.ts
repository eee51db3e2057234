import { z } from "zod";
import { nist, wellArchitectedAws, wellArchitectedAzure } from "../shared/controls.ts";
import { at, number, objects, text } from "../shared/read.ts";
import { type DeclaredStack, ofType } from "../shared/resource.ts";
import { NotJudged, type StackRule, stackRule, type Violation } from "../shared/rule.ts";
import { declaredWorkloads, isStandby, savedWorkloads, stackUrn, workloadSchema } from "./facts.ts";
import { azureSize, NOTHING, plus, type Size, times } from "./size-of.ts";

const sizeSchema = z.object({ vcpus: z.number().min(0), memoryGib: z.number().min(0) });
const share = () => z.number().min(0).max(10).default(1);

const capacity = stackRule(
  {
    name: "dr-capacity",
    title: "The lit standby is as big as the primary, by the ratio that is stated.",
    severity: "high",
    level: "mandatory",
    controls: [nist("CP-2"), nist("CP-7"), wellArchitectedAzure("RE:09", "reliability/disaster-recovery")],
    remedy: "Raise pilotlight:cluster or database.sku, or state the ratio that is enough (policies/environments.yaml).",
    check: (stack, { primary, standby, primaryDatabase, ratio, databaseRatio }) => {
      if (!isStandby(stack)) return [];
      if (primary === undefined && primaryDatabase === undefined) {
        throw new NotJudged("nothing says how big the primary is, or it is none of ours");
      }
      const compute = computeOf(stack) ?? standby;
      const server = ofType(stack, "azure-native:dbforpostgresql:Server")[0];
      const database = azureSize(text(at(server?.props ?? {}, "sku.name")) ?? "");
      return [
        ...(primary && compute ? short(stackUrn(stack), "compute", compute, primary, ratio) : []),
        ...(primaryDatabase && database && server
          ? short(server.urn, "database", database, primaryDatabase, databaseRatio)
          : []),
      ];
    },
  },
  z.object({
    primary: sizeSchema.optional().describe("vCPUs and GiB of all nodes of the primary."),
    primaryDatabase: sizeSchema.optional().describe("vCPUs and GiB of the primary's database."),
    standby: sizeSchema.optional().describe("What the standby has once it is lit, where it is dark now."),
    ratio: share().describe("Least share of the primary's compute."),
    databaseRatio: share().describe("Least share of the primary's database."),
  }),
);

/** All nodes of a lit cluster, or all containers of a group. Undefined: it is dark, or of a size that is not known. */
function computeOf(stack: DeclaredStack): Size | undefined {
  const clusters = ofType(stack, "azure-native:containerservice:ManagedCluster");
  const pools = clusters.flatMap(({ props }) => objects(props.agentPoolProfiles));
  const groups = ofType(stack, "azure-native:containerinstance:ContainerGroup");
  const containers = groups.flatMap(({ props }) => objects(props.containers));
  if (pools.length + containers.length === 0) return undefined;
  let sum: Size = NOTHING;
  for (const pool of pools) {
    const size = azureSize(text(pool.vmSize) ?? "");
    if (size === undefined) return undefined;
    // An autoscaler may go as far as its limit.
    sum = plus(sum, times(size, number(pool.maxCount) ?? number(pool.count) ?? 0));
  }
  for (const container of containers) {
    const requests = Object(at(container, "resources.requests"));
    sum = plus(sum, { vcpus: number(requests.cpu) ?? 0, memoryGib: number(requests.memoryInGB) ?? 0 });
  }
  return sum;
}

function short(urn: string, what: string, has: Size, wants: Size, ratio: number): readonly Violation[] {
  if (has.vcpus >= wants.vcpus * ratio && has.memoryGib >= wants.memoryGib * ratio) return [];
  const right = `${round(wants.vcpus * ratio)} vCPUs and ${round(wants.memoryGib * ratio)} GiB or more, ${ratio} of the primary's`;
  return [{ urn, message: `${what}: ${has.vcpus} vCPUs and ${has.memoryGib} GiB once lit; right would be: ${right}` }];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const workloads = stackRule(
  {
    name: "dr-workloads",
    title: "Every service of the primary runs in the standby too.",
    severity: "critical",
    level: "mandatory",
    controls: [
      nist("CP-7"),
      wellArchitectedAws("REL13-BP04", "reliability-pillar/rel_planning_for_recovery_config_drift"),
    ],
    remedy: "Name it in the standby's pilotlight:services too.",
    check: (stack, config) => {
      if (!isStandby(stack)) return [];
      const wanted = config.workloads ?? savedWorkloads(stack);
      if (wanted === undefined) throw new NotJudged("nothing says which services the primary has");
      const declared = declaredWorkloads(stack);
      // Dark, it has no pods: then its own settings say what it will run.
      const there = declared.length > 0 ? declared : config.standbyWorkloads?.map(({ name }) => name);
      if (there === undefined) throw new NotJudged("the standby is dark, and nothing says what it will run");
      return wanted
        .filter(({ name }) => !there.includes(name))
        .map(({ name }) => ({ urn: stackUrn(stack), message: `the primary's service ${name} is not in the standby` }));
    },
  },
  z.object({
    workloads: z
      .array(workloadSchema)
      .optional()
      .describe("The primary's services. Default: what its last update left."),
    standbyWorkloads: z.array(workloadSchema).optional().describe("What a dark standby runs once it is lit."),
  }),
);

export const capacityRules: readonly StackRule[] = [capacity, workloads];
