import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { World } from "../../contracts/contracts.ts";
import type { Status } from "../../contracts/status.ts";
import { awsApiUrl, azureApiUrl, hostOf } from "../../contracts/world.ts";
import { lowPortRemedy, mayOpenLowPorts } from "../../lib/low-ports.ts";
import { environmentFilePath } from "../environment-file.ts";

/** Where everything is and how to look at it by hand; short. */
export async function summary(world: World, environment: string, status: Status): Promise<string> {
  const here = (file: string): string => relative(process.cwd(), file) || ".";
  const dns = status.dns.port === 53 ? `@${status.dns.host}` : `@${status.dns.host} -p ${status.dns.port}`;
  const kubeconfigs = (["aws", "azure"] as const).map((cloud) => join(world.directory, `kubeconfig-${cloud}.yaml`));
  const databases = status.gateways.filter(({ listen }) => listen.port === 5432);
  const rows: (readonly [string, string])[] = [
    ["AWS API", awsApiUrl(world)],
    ["Azure API", azureApiUrl(world)],
    ["DNS", `dig ${dns} <name>`],
    ...kubeconfigs
      .filter((file) => existsSync(file))
      .map((file): readonly [string, string] => ["Kubernetes", `kubectl --kubeconfig ${here(file)} get pods -A`]),
    ...databases.map(({ cloud, listen }): readonly [string, string] => [
      `PostgreSQL ${cloud}`,
      `psql -h ${listen.host} -p ${listen.port}`,
    ]),
    ...(world.provisioningScale === undefined
      ? []
      : [["Provisioning", `as long as in the cloud, divided by ${world.provisioningScale}`] as const]),
    ...((await mayOpenLowPorts(hostOf(world, "control", "0.53")))
      ? []
      : [["Ports 80 and 443", lowPortRemedy] as const]),
    ["Environment", `set -a; . ./${here(environmentFilePath(world, environment))}; set +a`],
    ["Faults", "pilotlight sandbox fault region aws down"],
    ["Stop", "pilotlight sandbox down"],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(18)}${value}`).join("\n");
}
