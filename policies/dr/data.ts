import { z } from "zod";
import { nist, wellArchitectedAws, wellArchitectedAzure } from "../shared/controls.ts";
import { is, objects, wrong } from "../shared/read.ts";
import { about, isAbout, ofType, UNKNOWN } from "../shared/resource.ts";
import { NotJudged, type StackRule, stackRule } from "../shared/rule.ts";
import { isStandby, savedDatabases, stackUrn } from "./facts.ts";

const POSTGRES = "azure-native:dbforpostgresql:Server";

const databases = stackRule(
  {
    name: "dr-database-counterpart",
    title: "Every database of the primary has one in the standby.",
    severity: "critical",
    level: "mandatory",
    controls: [
      nist("CP-6"),
      nist("CP-9"),
      wellArchitectedAws("REL13-BP02", "reliability-pillar/rel_planning_for_recovery_disaster_recovery"),
    ],
    remedy: "Name it in the standby too (pilotlight:database.name, database.additional).",
    check: (stack, { databases: told }) => {
      if (!isStandby(stack)) return [];
      const wanted = told ?? savedDatabases(stack);
      if (wanted === undefined) throw new NotJudged("nothing says which databases the primary has");
      const kinds = ["azure-native:dbforpostgresql:Database", "azure-native:sql:Database"];
      const there = kinds.flatMap((kind) => ofType(stack, kind)).map(({ props }) => props.databaseName ?? props.name);
      if (there.includes(UNKNOWN)) throw new NotJudged("the standby's databases have no names yet");
      return wanted
        .filter((name) => !there.includes(name))
        .map((name) => ({ urn: stackUrn(stack), message: `the primary's database ${name} has no counterpart` }));
    },
  },
  z.object({
    databases: z.array(z.string()).optional().describe("The primary's databases. Default: what its last update left."),
  }),
);

const replication = stackRule({
  name: "dr-replication-ready",
  title: "A database server can send and receive logical replication.",
  severity: "critical",
  level: "mandatory",
  controls: [
    nist("CP-9"),
    wellArchitectedAws("REL13-BP02", "reliability-pillar/rel_planning_for_recovery_disaster_recovery"),
  ],
  remedy: "Set wal_level to logical (flexible server), or rds.logical_replication to 1 (RDS).",
  check: (stack) => {
    const flexible = ofType(stack, POSTGRES).flatMap((server) => {
      const level = about(stack, "azure-native:dbforpostgresql:Configuration", server)
        .map(({ props }) => props)
        .find(({ configurationName }) => is(configurationName, "wal_level"))?.value;
      return level === UNKNOWN || is(level, "logical")
        ? []
        : [{ urn: server.urn, message: wrong("wal_level", level, "logical") }];
    });
    const rds = ofType(stack, "aws:rds/parameterGroup:ParameterGroup")
      .filter(({ props }) => String(props.family).startsWith("postgres"))
      .flatMap(({ urn, props }) => {
        const value = objects(props.parameters).find(({ name }) => name === "rds.logical_replication")?.value;
        return value === UNKNOWN || String(value) === "1"
          ? []
          : [{ urn, message: wrong("rds.logical_replication", value, "1") }];
      });
    return [...flexible, ...rds];
  },
});

const objectStore = stackRule(
  {
    name: "dr-objects-counterpart",
    title: "The primary's objects have a place in the standby.",
    severity: "critical",
    level: "mandatory",
    controls: [nist("CP-6"), wellArchitectedAzure("RE:09", "reliability/disaster-recovery")],
    remedy: "Declare the standby's ObjectStore.",
    check: (stack, { objects: told }) => {
      if (!isStandby(stack)) return [];
      if (told === undefined) throw new NotJudged("nothing says whether the primary has objects");
      const containers = ofType(stack, "azure-native:storage:BlobContainer");
      const received = ofType(stack, "azure-native:storage:StorageAccount").some((account) =>
        containers.some((each) => isAbout(each, account) && each.props.containerName === "objects"),
      );
      return told && !received
        ? [
            {
              urn: stackUrn(stack),
              message: "the primary's objects have no counterpart: there is no container objects",
            },
          ]
        : [];
    },
  },
  z.object({ objects: z.boolean().optional().describe("The primary has an object store.") }),
);

/** Losing one of these is losing data, or the key or the name that data needs. */
const DATA: ReadonlySet<string> = new Set([
  "aws:dynamodb/table:Table",
  "aws:rds/cluster:Cluster",
  "aws-native:dynamodb:Table",
  "aws-native:rds:DbCluster",
  "aws-native:route53:HostedZone",
  "azure:keyvault/keyVault:KeyVault",
  "azure:postgresql/flexibleServer:FlexibleServer",
  "azure:storage/account:Account",
  "azure-native:cosmosdb:DatabaseAccount",
  "azure-native:documentdb:DatabaseAccount",
  "azure-native:dbforpostgresql:SingleServer",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:kms/key:Key",
  "aws:route53/zone:Zone",
  "azure-native:dbforpostgresql:Server",
  "azure-native:dbforpostgresql:Database",
  "azure-native:sql:Server",
  "azure-native:sql:Database",
  "azure-native:storage:StorageAccount",
  "azure-native:keyvault:Vault",
]);

const kept = stackRule({
  name: "dr-data-protected",
  title: "The engine refuses to delete data.",
  severity: "critical",
  level: "mandatory",
  controls: [nist("CP-9"), wellArchitectedAzure("RE:09", "reliability/disaster-recovery")],
  remedy: "Set protect (pilotlight:protectData).",
  check: (stack) =>
    stack.resources
      .filter(({ type, protect }) => DATA.has(type) && !protect)
      .map(({ urn }) => ({ urn, message: wrong("protect", false, "true") })),
});

export const dataRules: readonly StackRule[] = [databases, replication, objectStore, kept];
