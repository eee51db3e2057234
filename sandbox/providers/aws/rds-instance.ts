import {
  CreateDBInstanceCommand,
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceCommandInput,
} from "@aws-sdk/client-rds";
import type { Properties } from "../resource-kind.ts";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind } from "./aws-kind.ts";
import { orMissing, poll } from "./errors.ts";
import { updateRdsTags } from "./rds-groups.ts";
import { type InstanceInputs, instanceInputs as inputs } from "./rds-instance-inputs.ts";
import { tagList, tagMap } from "./tags.ts";

/** aws:rds/instance:Instance */
export const instance = awsKind({
  inputs,
  autoName: { property: "identifier", prefixProperty: "identifierPrefix", maxLength: 63, lowerCase: true },
  defaults: {
    applyImmediately: false,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: false,
    deleteAutomatedBackups: true,
    monitoringInterval: 0,
    performanceInsightsEnabled: false,
    publiclyAccessible: false,
    skipFinalSnapshot: false,
  },
  replaceOnChanges: [
    "identifierPrefix",
    "availabilityZone",
    "dbName",
    "engine",
    "kmsKeyId",
    "storageEncrypted",
    "username",
  ],

  async create(aws, wanted, { signal: abortSignal }) {
    const { DBInstance } = await aws.rds.send(
      new CreateDBInstanceCommand({
        ...changeable(wanted),
        DBInstanceIdentifier: wanted.identifier,
        Engine: wanted.engine,
        DBName: wanted.dbName,
        MasterUsername: wanted.username,
        StorageEncrypted: wanted.storageEncrypted,
        KmsKeyId: wanted.kmsKeyId,
        AvailabilityZone: wanted.availabilityZone,
        EngineLifecycleSupport: wanted.engineLifecycleSupport,
        LicenseModel: "postgresql-license",
        Port: wanted.port,
        EnableCloudwatchLogsExports: wanted.enabledCloudwatchLogsExports,
        Tags: tagList(wanted.tags),
      }),
      { abortSignal },
    );
    return DBInstance?.DbiResourceId ?? "";
  },

  async ready(aws, id, { signal }) {
    await poll(`RDS instance ${id} is not available`, signal, async () => {
      const found = await findInstance(aws, id, {}, signal);
      if (found?.DBInstanceStatus === "failed")
        throw new Error(`RDS instance ${id} failed; the sandbox's log says why`);
      return found?.DBInstanceStatus === "available" ? true : undefined;
    });
  },

  async look(aws, id, known, { signal }) {
    const found = await findInstance(aws, id, known, signal);
    if (found === undefined) return undefined;
    return { id: found.DbiResourceId ?? id, properties: toProperties(found) };
  },

  async update(aws, id, change, call) {
    const before = await findInstance(aws, id, change.old, call.signal);
    const names = (Object.keys(change.inputs) as (keyof InstanceInputs)[]).filter((name) => !localOnly.has(name));
    if (change.has(...names)) {
      const { identifier, port } = change.inputs;
      const request: ModifyDBInstanceCommandInput = {
        ...changeable(change.inputs),
        DBInstanceIdentifier: before?.DBInstanceIdentifier,
        // "In the next maintenance window" never comes here, so every change is made at once.
        ApplyImmediately: true,
        DBPortNumber: port,
        ...logExports(change.inputs.enabledCloudwatchLogsExports ?? [], before),
      };
      if (identifier !== before?.DBInstanceIdentifier) request.NewDBInstanceIdentifier = identifier;
      // Sent only when changed, as on a real cloud where this resets the password.
      if (!change.has("password")) delete request.MasterUserPassword;
      await aws.rds.send(new ModifyDBInstanceCommand(request), { abortSignal: call.signal });
    }
    await updateRdsTags(aws, change, call);
  },

  async delete(aws, id, state, { signal }) {
    const found = await findInstance(aws, id, state, signal);
    if (found === undefined) return;
    const skip = state["skipFinalSnapshot"] === true;
    const snapshot = state["finalSnapshotIdentifier"];
    if (!skip && typeof snapshot !== "string") {
      throw new Error(
        `RDS instance ${found.DBInstanceIdentifier}: finalSnapshotIdentifier is required when skipFinalSnapshot is false`,
      );
    }
    const request = {
      DBInstanceIdentifier: found.DBInstanceIdentifier,
      SkipFinalSnapshot: skip,
      ...(!skip && { FinalDBSnapshotIdentifier: String(snapshot) }),
      DeleteAutomatedBackups: state["deleteAutomatedBackups"] !== false,
    };
    await orMissing(aws.rds.send(new DeleteDBInstanceCommand(request), { abortSignal: signal }));
    await poll(`RDS instance ${id} is still there`, signal, async () =>
      (await findInstance(aws, id, state, signal)) === undefined ? true : undefined,
    );
  },
});

/** Inputs that say how to change or delete, not what is there. */
const localOnly = new Set<keyof InstanceInputs>([
  "applyImmediately",
  "allowMajorVersionUpgrade",
  "deleteAutomatedBackups",
  "finalSnapshotIdentifier",
  "skipFinalSnapshot",
  "tags",
]);

/** What both creation and modification take. */
function changeable(wanted: InstanceInputs) {
  return {
    DBInstanceClass: wanted.instanceClass,
    EngineVersion: wanted.engineVersion,
    AllocatedStorage: wanted.allocatedStorage,
    MaxAllocatedStorage: wanted.maxAllocatedStorage,
    StorageType: wanted.storageType,
    StorageThroughput: wanted.storageThroughput,
    Iops: wanted.iops,
    MasterUserPassword: wanted.password,
    DBParameterGroupName: wanted.parameterGroupName,
    DBSubnetGroupName: wanted.dbSubnetGroupName,
    VpcSecurityGroupIds: wanted.vpcSecurityGroupIds,
    PubliclyAccessible: wanted.publiclyAccessible,
    MultiAZ: wanted.multiAz,
    BackupRetentionPeriod: wanted.backupRetentionPeriod,
    PreferredBackupWindow: wanted.backupWindow,
    PreferredMaintenanceWindow: wanted.maintenanceWindow,
    AutoMinorVersionUpgrade: wanted.autoMinorVersionUpgrade,
    CACertificateIdentifier: wanted.caCertIdentifier,
    CopyTagsToSnapshot: wanted.copyTagsToSnapshot,
    DeletionProtection: wanted.deletionProtection,
    EnableIAMDatabaseAuthentication: wanted.iamDatabaseAuthenticationEnabled,
    MonitoringInterval: wanted.monitoringInterval,
    MonitoringRoleArn: wanted.monitoringRoleArn,
    DatabaseInsightsMode: wanted.databaseInsightsMode,
    EnablePerformanceInsights: wanted.performanceInsightsEnabled,
    PerformanceInsightsKMSKeyId: wanted.performanceInsightsKmsKeyId,
    PerformanceInsightsRetentionPeriod: wanted.performanceInsightsRetentionPeriod,
    DedicatedLogVolume: wanted.dedicatedLogVolume,
    NetworkType: wanted.networkType,
  };
}

function logExports(wanted: readonly string[], before: DBInstance | undefined) {
  const present = before?.EnabledCloudwatchLogsExports ?? [];
  const EnableLogTypes = wanted.filter((each) => !present.includes(each));
  const DisableLogTypes = present.filter((each) => !wanted.includes(each));
  if (EnableLogTypes.length + DisableLogTypes.length === 0) return {};
  return { CloudwatchLogsExportConfiguration: { EnableLogTypes, DisableLogTypes } };
}

/** By resource id, or by identifier where the id is one (import). The list is short, and moto cannot filter by our ids. */
async function findInstance(
  aws: AwsRegion,
  id: string,
  known: Properties,
  abortSignal: AbortSignal,
): Promise<DBInstance | undefined> {
  const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}), { abortSignal });
  const identifier = Object.keys(known).length === 0 ? id : undefined;
  return DBInstances.find((one) => one.DbiResourceId === id || one.DBInstanceIdentifier === identifier);
}

function toProperties(found: DBInstance): Properties {
  const address = found.Endpoint?.Address;
  const port = found.Endpoint?.Port;
  const logs = found.EnabledCloudwatchLogsExports ?? [];
  return {
    address,
    port,
    endpoint: address === undefined ? undefined : `${address}:${port}`,
    arn: found.DBInstanceArn,
    resourceId: found.DbiResourceId,
    identifier: found.DBInstanceIdentifier,
    engine: found.Engine,
    engineVersion: found.EngineVersion,
    engineVersionActual: found.EngineVersion,
    instanceClass: found.DBInstanceClass,
    allocatedStorage: found.AllocatedStorage,
    storageType: found.StorageType,
    storageEncrypted: found.StorageEncrypted ?? false,
    ...(found.KmsKeyId !== undefined && { kmsKeyId: found.KmsKeyId }),
    dbName: found.DBName,
    username: found.MasterUsername,
    parameterGroupName: found.DBParameterGroups?.[0]?.DBParameterGroupName,
    dbSubnetGroupName: found.DBSubnetGroup?.DBSubnetGroupName,
    vpcSecurityGroupIds: found.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
    availabilityZone: found.AvailabilityZone,
    multiAz: found.MultiAZ ?? false,
    ...(found.MaxAllocatedStorage !== undefined && { maxAllocatedStorage: found.MaxAllocatedStorage }),
    publiclyAccessible: found.PubliclyAccessible ?? false,
    databaseInsightsMode: found.DatabaseInsightsMode,
    dedicatedLogVolume: found.DedicatedLogVolume ?? false,
    enabledCloudwatchLogsExports: logs.length > 0 ? logs : undefined,
    engineLifecycleSupport: found.EngineLifecycleSupport,
    monitoringRoleArn: found.MonitoringRoleArn,
    networkType: found.NetworkType,
    performanceInsightsEnabled: found.PerformanceInsightsEnabled ?? false,
    performanceInsightsKmsKeyId: found.PerformanceInsightsKMSKeyId,
    performanceInsightsRetentionPeriod: found.PerformanceInsightsRetentionPeriod,
    storageThroughput: found.StorageThroughput,
    iops: found.Iops,
    backupRetentionPeriod: found.BackupRetentionPeriod,
    backupWindow: found.PreferredBackupWindow,
    maintenanceWindow: found.PreferredMaintenanceWindow,
    autoMinorVersionUpgrade: found.AutoMinorVersionUpgrade,
    caCertIdentifier: found.CACertificateIdentifier,
    copyTagsToSnapshot: found.CopyTagsToSnapshot ?? false,
    deletionProtection: found.DeletionProtection ?? false,
    iamDatabaseAuthenticationEnabled: found.IAMDatabaseAuthenticationEnabled ?? false,
    licenseModel: found.LicenseModel,
    monitoringInterval: found.MonitoringInterval ?? 0,
    status: found.DBInstanceStatus,
    tags: tagMap(found.TagList),
  };
}
