import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  DescribeDBInstancesCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { failOverRds, rdsInstance } from "../../../automation/adapters/aws/rds-zones.ts";
import { type AwsWorld, startAwsWorld, temporaryDirectory } from "./aws-world.ts";

/** Beside the ones of other tests. */
const instance = Number(process.env["PILOTLIGHT_SANDBOX_INSTANCE"] ?? 9);
const region = "eu-west-1";
const host = `127.${10 + instance}.7.7`;
const soon = () => AbortSignal.timeout(20_000);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let world: AwsWorld;

function client(): RDSClient {
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  return new RDSClient({ endpoint: world.endpoint, region, credentials });
}

async function create(id: string, multiAz: boolean, group?: string): Promise<void> {
  const rds = client();
  await rds.send(
    new CreateDBInstanceCommand({
      ...(group === undefined ? {} : { DBParameterGroupName: group }),
      ...{ DBInstanceIdentifier: id, Engine: "postgres", DBInstanceClass: "db.t4g.medium", AllocatedStorage: 20 },
      ...{ MasterUsername: "admin", MasterUserPassword: "hush-hush-hush", DBName: "app" },
      ...{ MultiAZ: multiAz, AvailabilityZone: "eu-west-1a" },
    }),
  );
  rds.destroy();
}

beforeAll(async () => {
  directory = await temporaryDirectory();
  world = await startAwsWorld(directory.path, instance);
  vi.stubEnv("AWS_ENDPOINT_URL", world.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "sandbox");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "sandbox");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

it("finds the instance behind an address, and moves a Multi-AZ one to its other zone", async () => {
  expect(await rdsInstance(region, host, soon())).toBeUndefined();
  await create("shop-db", true);
  const look = () => rdsInstance(region, host, soon());
  await expect
    .poll(look, { timeout: 20_000 })
    .toEqual({ instance: "shop-db", zone: "eu-west-1a", multiAz: true, available: true });
  await failOverRds(region, "shop-db", soon());
  await expect.poll(look, { timeout: 20_000 }).toMatchObject({ zone: "eu-west-1b", available: true });
  expect(await rdsInstance(region, "another.example", soon())).toBeUndefined();
});

it("keeps a static parameter of a group pending until the instance is rebooted", async () => {
  const rds = client();
  const group = { DBParameterGroupName: "shop-parameters" };
  const set = (value: string) =>
    rds.send(
      new ModifyDBParameterGroupCommand({
        ...group,
        Parameters: [
          { ParameterName: "rds.logical_replication", ParameterValue: value, ApplyMethod: "pending-reboot" },
        ],
      }),
    );
  const look = async () => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "group-db" }));
    const [found] = DBInstances;
    return [found?.DBInstanceStatus, found?.DBParameterGroups?.[0]?.ParameterApplyStatus];
  };
  await rds.send(
    new CreateDBParameterGroupCommand({ ...group, DBParameterGroupFamily: "postgres17", Description: "test" }),
  );
  await create("group-db", false, "shop-parameters");
  await expect.poll(look, { timeout: 20_000 }).toEqual(["available", "in-sync"]);
  await set("1");
  await expect.poll(look, { timeout: 20_000 }).toEqual(["available", "pending-reboot"]);
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: "group-db" }));
  await expect.poll(look, { timeout: 20_000 }).toEqual(["available", "in-sync"]);
  rds.destroy();
});

it("tells an instance that is not there, and an AWS that does not answer", async () => {
  await expect(failOverRds(region, "nobody", soon())).rejects.toMatchObject({ code: "not-found" });
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
  await expect(rdsInstance(region, host, soon())).rejects.toMatchObject({ code: "unreachable", retryable: true });
});
