import type { RuleConfig } from "../../../policies/shared/judge.ts";
import type { Broken } from "./broken.ts";
import { add, remove, set, unprotect } from "./mutate.ts";

/** Some rules are broken by what they are told, not by a resource. */
export interface BrokenFacts extends Broken {
  readonly config?: RuleConfig;
}

const stack = "cloudphoenix-standby";
const whole = `pilotlight-${stack}`;
const profile = { type: "azure-native:trafficmanager:Profile" };

const endpoint = "azure-native:trafficmanager:Endpoint";
const switches = { type: "pilotlight:index:Switches" };
const deployed = { epoch: 5, activeSite: "standby", drActive: true, movedBy: "failover-1" };
const served = "the standby serves users (epoch 5, failover-1)";

export const BROKEN_DR: readonly BrokenFacts[] = [
  {
    rule: "dr-database-counterpart",
    stack: "myca-standby",
    mutation: remove({ type: "azure-native:dbforpostgresql:Database", name: "database-database-mindex" }),
    resource: "pilotlight-myca-standby",
    messages: ["the primary's database mindex has no counterpart"],
  },
  {
    rule: "dr-replication-ready",
    stack,
    mutation: set(
      { type: "azure-native:dbforpostgresql:Configuration", name: "database-wal-level" },
      "value",
      "replica",
    ),
    resource: "database-server",
    messages: ["wal_level: replica; right would be: logical"],
  },
  {
    rule: "dr-replication-ready",
    stack: "cloudphoenix-primary",
    mutation: set({ type: "aws:rds/parameterGroup:ParameterGroup" }, "parameters.1.value", "0"),
    resource: "database-parameters-16",
    messages: ["rds.logical_replication: 0; right would be: 1"],
  },
  {
    rule: "dr-objects-counterpart",
    stack,
    mutation: remove({ type: "azure-native:storage:BlobContainer", name: "objects-container" }),
    resource: whole,
    messages: ["the primary's objects have no counterpart: there is no container objects"],
  },
  {
    rule: "dr-data-protected",
    stack,
    mutation: unprotect({ type: "azure-native:dbforpostgresql:Server" }),
    resource: "database-server",
    messages: ["protect: false; right would be: true"],
  },
  {
    rule: "dr-data-protected",
    stack: "cloudphoenix-primary",
    mutation: unprotect({ type: "aws:s3/bucket:Bucket" }),
    resource: "objects-bucket",
    messages: ["protect: false; right would be: true"],
  },
  {
    rule: "dr-detection-within-rto",
    stack,
    mutation: set(profile, "dnsConfig.ttl", 300),
    resource: "traffic-profile",
    messages: [
      "4 probes (every 10 s, 5 s each) and a TTL of 300 s take 360 s; right would be: 300 s or less, which an RTO of 900 s leaves beside 600 s of recovery",
    ],
  },
  {
    rule: "dr-detection-within-rto",
    stack: "myca-standby",
    mutation: set({ type: "azure-native:cdn:AFDOriginGroup" }, "healthProbeSettings.probeIntervalInSeconds", 240),
    resource: "traffic-sites",
    messages: [
      "4 probes (every 240 s) take 960 s; right would be: 300 s or less, which an RTO of 900 s leaves beside 600 s of recovery",
    ],
  },
  {
    rule: "dr-standby-endpoint-dark",
    stack,
    mutation: set(
      { type: "azure-native:trafficmanager:Endpoint", name: "traffic-standby" },
      "endpointStatus",
      "Enabled",
    ),
    resource: "traffic-standby",
    messages: ["the standby's endpoint is enabled; right would be: disabled while the primary is active"],
  },
  {
    rule: "dr-standby-endpoint-dark",
    stack: "myca-standby",
    mutation: set({ type: "azure-native:cdn:AFDOrigin", name: "traffic-standby" }, "enabledState", "Enabled"),
    resource: "traffic-standby",
    messages: ["the standby's endpoint is enabled; right would be: disabled while the primary is active"],
  },
  {
    rule: "dr-serving-kept",
    stack: "cloudphoenix-standby-lit",
    mutation: set(switches, "deployed", deployed),
    resource: "traffic-primary",
    messages: [`the primary's endpoint is enabled, and ${served}; right would be: disabled`],
  },
  {
    rule: "dr-serving-kept",
    stack: "cloudphoenix-standby-lit",
    mutation: [
      ...set(switches, "deployed", deployed),
      ...set({ type: endpoint, name: "traffic-primary" }, "endpointStatus", "Disabled"),
      ...set({ type: endpoint, name: "traffic-standby" }, "endpointStatus", "Enabled"),
      ...remove({ type: "azure-native:containerservice:ManagedCluster" }),
    ],
    config: { "dr-standby-endpoint-dark": { activeSite: "standby" } },
    resource: whole,
    messages: [`nothing runs the application any more, and ${served}; right would be: to leave it`],
  },
  {
    rule: "dr-standby-independent",
    stack: "myca-standby",
    mutation: set(
      { type: "azure-native:containerinstance:ContainerGroup" },
      "containers.0.image",
      "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1",
    ),
    resource: "containers-group",
    messages: ["containers.mas-orchestrator.image is at AWS; right would be: one outside AWS"],
  },
  {
    rule: "dr-standby-independent",
    stack,
    mutation: add("aws:route53/record:Record", "stray", {
      zoneId: "Z0123456789",
      name: "app.example",
      type: "CNAME",
      ttl: 30,
      records: ["somewhere.example"],
    }),
    resource: "stray",
    messages: ["aws:route53/record:Record is AWS's; right would be: nothing of AWS in the standby"],
    onEngineToo: ["default: pulumi:providers:aws is AWS's; right would be: nothing of AWS in the standby"],
  },
  {
    rule: "dr-control-elsewhere",
    stack,
    mutation: [],
    config: {
      "dr-control-elsewhere": {
        primaryCloud: "aws",
        backend: "s3://state?region=us-east-1",
        secretsProvider: "awskms://alias/pilotlight",
        witness: "file",
      },
    },
    resource: whole,
    messages: [
      "backend: s3://state; right would be: one outside aws, where the primary is",
      "secretsProvider: awskms://alias/pilotlight; right would be: one outside aws, where the primary is",
    ],
  },
  {
    rule: "dr-networks-apart",
    stack,
    mutation: set({ type: "azure-native:network:VirtualNetwork" }, "addressSpace.addressPrefixes", ["10.0.128.0/17"]),
    resource: "network-vnet",
    messages: ["10.0.128.0/17 overlaps 10.0.0.0/16 of the other site; right would be: another block"],
  },
  {
    rule: "dr-networks-apart",
    stack: "cloudphoenix-primary",
    mutation: set({ type: "aws:ec2/vpc:Vpc" }, "cidrBlock", "10.0.0.0/15"),
    resource: "network-vpc",
    messages: ["10.0.0.0/15 overlaps 10.1.0.0/16 of the other site; right would be: another block"],
  },
  {
    rule: "dr-capacity",
    stack: "cloudphoenix-standby-lit",
    mutation: set({ type: "azure-native:containerservice:ManagedCluster" }, "agentPoolProfiles.0.maxCount", 2),
    resource: whole,
    messages: ["compute: 4 vCPUs and 16 GiB once lit; right would be: 6 vCPUs and 24 GiB or more, 1 of the primary's"],
  },
  {
    rule: "dr-capacity",
    stack,
    mutation: set({ type: "azure-native:dbforpostgresql:Server" }, "sku.name", "Standard_B1ms"),
    resource: "database-server",
    messages: ["database: 1 vCPUs and 2 GiB once lit; right would be: 1 vCPUs and 4 GiB or more, 0.5 of the primary's"],
  },
  {
    rule: "dr-workloads",
    stack: "cloudphoenix-standby-lit",
    mutation: remove({ type: "kubernetes:apps/v1:Deployment", name: "workload-service-b" }),
    resource: whole,
    messages: ["the primary's service service-b is not in the standby"],
  },
  {
    rule: "dr-drill-recent",
    stack,
    mutation: [],
    config: { "dr-drill-recent": { lastDrill: "2026-05-01", today: "2026-11-21" } },
    resource: whole,
    messages: ["last drilled on 2026-05-01, 204 days ago; right would be: within 90 days"],
  },
  {
    rule: "dr-cost-budget",
    stack,
    mutation: [],
    config: { "dr-cost-budget": { budgetMonthly: 50, restMonthly: 104.76 } },
    resource: whole,
    messages: ["104.76 USD a month at rest; right would be: 50.00 or less"],
  },
];
