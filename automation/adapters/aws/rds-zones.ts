import type { DBInstance, RDSClient } from "@aws-sdk/client-rds";
import { DriverError } from "../../domain/errors.ts";
import type { ZonedDatabase } from "../../ports/zones.ts";
import { objectError } from "../objects/errors.ts";

/** The RDS instance behind `host`. Undefined: RDS in `region` has none of that address. Errors: `denied`, `unreachable`, `timeout`, `throttled`. */
export async function rdsInstance(
  region: string,
  host: string,
  signal: AbortSignal,
): Promise<ZonedDatabase | undefined> {
  return await withRds(region, signal, "RDS DescribeDBInstances", async ({ paginateDescribeDBInstances }, client) => {
    for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {}, { abortSignal: signal })) {
      const found = DBInstances.find(({ Endpoint }) => Endpoint?.Address === host);
      if (found !== undefined) return zoned(found);
    }
    return undefined;
  });
}

/** Orders the change to the instance in the other zone. `refused` where there is none, or it is being changed already. */
export async function failOverRds(region: string, instance: string, signal: AbortSignal): Promise<void> {
  await withRds(region, signal, `RDS RebootDBInstance ${instance}`, async ({ RebootDBInstanceCommand }, client) => {
    const command = new RebootDBInstanceCommand({ DBInstanceIdentifier: instance, ForceFailover: true });
    await client.send(command, { abortSignal: signal });
  });
}

type Rds = typeof import("@aws-sdk/client-rds");

async function withRds<T>(
  region: string,
  signal: AbortSignal,
  what: string,
  work: (sdk: Rds, client: RDSClient) => Promise<T>,
): Promise<T> {
  const sdk = await import("@aws-sdk/client-rds");
  const client = new sdk.RDSClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 8000, throwOnRequestTimeout: true },
  });
  try {
    return await work(sdk, client);
  } catch (error) {
    throw rdsError(error, what, signal);
  } finally {
    client.destroy();
  }
}

function rdsError(error: unknown, what: string, signal: AbortSignal): DriverError {
  const name = error instanceof Error ? error.name : "";
  const known = objectError(error, what, signal);
  if (/throttl|RequestLimitExceeded/i.test(name)) return new DriverError("throttled", known.message, { cause: error });
  // InvalidParameterCombination: it is not Multi-AZ. InvalidDBInstanceState: it is being changed.
  if (/InvalidParameterCombination|InvalidDBInstanceState/.test(name))
    return new DriverError("refused", known.message, { cause: error });
  return known;
}

function zoned({ DBInstanceIdentifier, AvailabilityZone, MultiAZ, DBInstanceStatus }: DBInstance): ZonedDatabase {
  return {
    instance: DBInstanceIdentifier ?? "",
    zone: AvailabilityZone,
    multiAz: MultiAZ === true,
    available: DBInstanceStatus === "available",
  };
}
