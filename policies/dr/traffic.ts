import { z } from "zod";
import { nist, wellArchitectedAws, wellArchitectedAzure } from "../shared/controls.ts";
import { at, is, number } from "../shared/read.ts";
import { about, type DeclaredResource, type DeclaredStack, ofType } from "../shared/resource.ts";
import { NotJudged, type StackRule, stackRule, type Violation } from "../shared/rule.ts";
import { deployedSwitches, isStandby, stackUrn } from "./facts.ts";

const detection = stackRule(
  {
    name: "dr-detection-within-rto",
    title: "What is left of the RTO beside the recovery itself is enough to notice a failure and to move users.",
    severity: "high",
    level: "mandatory",
    controls: [
      nist("CP-2"),
      wellArchitectedAws("REL13-BP01", "reliability-pillar/rel_planning_for_recovery_objective_defined_recovery"),
    ],
    remedy: "Lower pilotlight:traffic (ttlSeconds, probeIntervalSeconds, toleratedFailures), or state another RTO.",
    check: (stack, { rtoSeconds, recoverySeconds }) => {
      const left = rtoSeconds - recoverySeconds;
      return [...trafficManagers(stack), ...frontDoors(stack), ...records(stack)]
        .filter(({ seconds }) => seconds > left)
        .map(({ urn, seconds, how }) => ({
          urn,
          message: `${how} take ${seconds} s; right would be: ${left} s or less, which an RTO of ${rtoSeconds} s leaves beside ${recoverySeconds} s of recovery`,
        }));
    },
  },
  z.object({
    rtoSeconds: z.int().min(1).default(900).describe("The recovery time objective, in seconds."),
    recoverySeconds: z.int().min(0).default(600).describe("Of it, what bringing the standby up takes, as drilled."),
  }),
);

interface Detection {
  readonly urn: string;
  readonly seconds: number;
  /** What makes up the time. */
  readonly how: string;
}

function trafficManagers(stack: DeclaredStack): readonly Detection[] {
  return ofType(stack, "azure-native:trafficmanager:Profile").flatMap(({ urn, props }) => {
    const [ttl, interval, timeout, failures] = [
      number(at(props, "dnsConfig.ttl")),
      number(at(props, "monitorConfig.intervalInSeconds")),
      number(at(props, "monitorConfig.timeoutInSeconds")),
      number(at(props, "monitorConfig.toleratedNumberOfFailures")),
    ];
    if (ttl === undefined || interval === undefined || timeout === undefined || failures === undefined) return [];
    const how = `${failures + 1} probes (every ${interval} s, ${timeout} s each) and a TTL of ${ttl} s`;
    return [{ urn, seconds: (interval + timeout) * (failures + 1) + ttl, how }];
  });
}

function frontDoors(stack: DeclaredStack): readonly Detection[] {
  return ofType(stack, "azure-native:cdn:AFDOriginGroup").flatMap(({ urn, props }) => {
    const interval = number(at(props, "healthProbeSettings.probeIntervalInSeconds"));
    const samples = number(at(props, "loadBalancingSettings.sampleSize"));
    if (interval === undefined || samples === undefined) return [];
    return [{ urn, seconds: interval * samples, how: `${samples} probes (every ${interval} s)` }];
  });
}

/** Records that a health check moves. Where Traffic Manager or Front Door decide, the record's own TTL does not matter. */
function records(stack: DeclaredStack): readonly Detection[] {
  const checks = ofType(stack, "aws:route53/healthCheck:HealthCheck");
  return ofType(stack, "aws:route53/record:Record").flatMap((record) => {
    const check = checks.find((each) => about(stack, record.type, each).includes(record));
    const ttl = number(record.props.ttl) ?? 60;
    const interval = number(check?.props.requestInterval);
    const failures = number(check?.props.failureThreshold);
    if (interval === undefined || failures === undefined) return [];
    const how = `${failures} probes (every ${interval} s) and a TTL of ${ttl} s`;
    return [{ urn: record.urn, seconds: interval * failures + ttl, how }];
  });
}

const dark = stackRule(
  {
    name: "dr-standby-endpoint-dark",
    title: "Users cannot reach a standby that has not been promoted.",
    severity: "critical",
    level: "mandatory",
    controls: [nist("CP-10"), wellArchitectedAzure("RE:09", "reliability/disaster-recovery")],
    remedy: "Leave endpoints to the driver and to pilotlight:activeSite.",
    check: (stack, { activeSite }) => {
      if (!isStandby(stack)) return [];
      const sites = [...endpoints(stack)];
      const both = sites.filter(({ enabled }) => enabled).length > 1;
      return sites.flatMap(({ site, enabled, resource }): readonly Violation[] => {
        const wrongly = activeSite === undefined ? both && site === "standby" : enabled && site !== activeSite;
        if (!wrongly || !enabled) return [];
        const active = activeSite ?? "primary";
        return [
          {
            urn: resource.urn,
            message: `the ${site}'s endpoint is enabled; right would be: disabled while the ${active} is active`,
          },
        ];
      });
    },
  },
  z.object({
    activeSite: z
      .enum(["primary", "standby"])
      .optional()
      .describe("Who gets traffic. Default: unknown, and then not both may."),
  }),
);

const serving = stackRule(
  {
    name: "dr-serving-kept",
    title: "A plan takes nothing away from the site that serves users, and sends users nowhere else.",
    severity: "critical",
    level: "mandatory",
    controls: [
      nist("CP-10"),
      wellArchitectedAws("REL13-BP04", "reliability-pillar/rel_planning_for_recovery_config_drift"),
    ],
    remedy:
      "Take the stack's file as it was committed after the last move; moves are made by pilotlight failover and failback, without a pack.",
    check: (stack) => {
      const deployed = deployedSwitches(stack);
      if (deployed === undefined) throw new NotJudged("nothing says what is deployed: the program records no switches");
      const { activeSite, epoch, movedBy } = deployed;
      const since = `the ${activeSite} serves users (epoch ${epoch}${movedBy === undefined ? "" : `, ${movedBy}`})`;
      const own = isStandby(stack) ? "standby" : "primary";
      const compute = COMPUTE.flatMap((type) => ofType(stack, type));
      const gone: readonly Violation[] =
        activeSite === own && compute.length === 0
          ? [
              {
                urn: stackUrn(stack),
                message: `nothing runs the application any more, and ${since}; right would be: to leave it`,
              },
            ]
          : [];
      return [
        ...gone,
        ...endpoints(stack)
          .filter(({ site, enabled }) => enabled && site !== activeSite)
          .map(({ site, resource }) => ({
            urn: resource.urn,
            message: `the ${site}'s endpoint is enabled, and ${since}; right would be: disabled`,
          })),
      ];
    },
  },
  z.object({}),
);

/** What runs an application; an external primary is declared, and runs elsewhere. */
const COMPUTE = [
  "aws:eks/cluster:Cluster",
  "azure-native:containerservice:ManagedCluster",
  "azure-native:containerinstance:ContainerGroup",
  "pilotlight:external:ExternalPrimary",
];

interface Endpoint {
  readonly site: string;
  readonly enabled: boolean;
  readonly resource: DeclaredResource;
}

function endpoints(stack: DeclaredStack): readonly Endpoint[] {
  return [
    ...ofType(stack, "azure-native:trafficmanager:Endpoint").map((resource) => ({
      site: String(resource.props.endpointName),
      enabled: !is(resource.props.endpointStatus, "Disabled"),
      resource,
    })),
    ...ofType(stack, "azure-native:cdn:AFDOrigin").map((resource) => ({
      site: String(resource.props.originName),
      enabled: !is(resource.props.enabledState, "Disabled"),
      resource,
    })),
  ];
}

export const trafficRules: readonly StackRule[] = [detection, dark, serving];
