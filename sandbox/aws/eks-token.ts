import { parseArgs } from "node:util";
import { ControlClient } from "../contracts/control-client.ts";
import { findProjectRoot, openWorld } from "../contracts/world.ts";

/** How long clients keep the token before they ask again. It is static, so the time only exercises their renewal. */
const validMs = 14 * 60 * 1000;

/** Stands for `aws eks get-token`, the exec credential plugin in EKS kubeconfigs: the cluster's token as an ExecCredential. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    strict: false,
    options: {
      "cluster-name": { type: "string" },
      region: { type: "string" },
      output: { type: "string" },
      profile: { type: "string" },
    },
  });
  const cluster = values["cluster-name"];
  if (positionals.join(" ") !== "eks get-token" || typeof cluster !== "string") {
    console.error(
      "this is the sandbox's aws: it knows only `aws eks get-token --cluster-name <name> [--region <region>]`",
    );
    return 2;
  }
  const world = openWorld(findProjectRoot(process.cwd(), process.env.PILOTLIGHT_PROJECT_ROOT), undefined);
  const token = await new ControlClient(world).eksToken(cluster);
  const expirationTimestamp = new Date(Date.now() + validMs).toISOString().replace(/\.\d+Z$/, "Z");
  const credential = {
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1beta1",
    spec: {},
    status: { expirationTimestamp, token },
  };
  console.log(JSON.stringify(credential));
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 255;
}
