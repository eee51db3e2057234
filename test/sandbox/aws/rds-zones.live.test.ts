import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
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

async function create(id: string, multiAz: boolean): Promise<void> {
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  const rds = new RDSClient({ endpoint: world.endpoint, region, credentials });
  await rds.send(
    new CreateDBInstanceCommand({
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

it("tells an instance that is not there, and an AWS that does not answer", async () => {
  await expect(failOverRds(region, "nobody", soon())).rejects.toMatchObject({ code: "not-found" });
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
  await expect(rdsInstance(region, host, soon())).rejects.toMatchObject({ code: "unreachable", retryable: true });
});
