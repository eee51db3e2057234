import { join } from "node:path";
import { ApiFaults } from "../contracts/api-faults.ts";
import type { KubernetesService, PostgresService, SandboxContext, SandboxModule } from "../contracts/contracts.ts";
import { ProvisioningClock } from "../provisioning/clock.ts";
import { Front } from "./aws-gateway.ts";
import { EksPlane } from "./eks-plane.ts";
import { LoadBalancerPlane } from "./load-balancer-plane.ts";
import { MotoClient } from "./moto-client.ts";
import { RdsPlane } from "./rds-plane.ts";
import { RequestLog } from "./request-log.ts";
import { Route53Plane } from "./route53-plane.ts";

export interface AwsDependencies {
  /** Started before this module. */
  readonly postgres: PostgresService;
  /** Started before this module. */
  readonly kubernetes: KubernetesService;
  /** Path of the `moto_server` executable. */
  readonly motoServer: string;
  /** Asked before every call; default: none ever. */
  readonly apiFaults?: ApiFaults;
}

const apiPort = 4566;
const motoPort = 4567;
const processName = "moto";

/**
 * The AWS API at `http://127.(10+k).0.2:4566`: moto behind a front, with real servers behind RDS, EKS, load balancers and Route 53. The
 * world outlives a stop, and the death of moto, by replay of every change (ids and times come out the same).
 */
export function createAws(context: SandboxContext, dependencies: AwsDependencies): SandboxModule {
  const { processes, network, dns, store, world } = context;
  const logger = context.logger("aws");
  const publicHost = `127.${10 + world.instance}.0.2`;
  const host = network.inside(publicHost);
  const directory = join(world.directory, "aws");
  const moto = new MotoClient({ host, port: motoPort });
  const faults = dependencies.apiFaults ?? new ApiFaults();
  const route53 = new Route53Plane({ dns, store, moto, logger });
  const clock = new ProvisioningClock(world.provisioningScale);
  const planes = [
    new RdsPlane({ postgres: dependencies.postgres, moto, logger, clock }),
    new EksPlane({ kubernetes: dependencies.kubernetes, moto, logger, clock }),
    new LoadBalancerPlane({
      kubernetes: dependencies.kubernetes,
      network,
      dns,
      moto: { host, port: motoPort },
      logger,
    }),
    route53,
  ];
  const log = new RequestLog(directory);
  const front = new Front({ listen: { host, port: apiPort }, moto, log, planes, faults, logger });
  let isStopping = false;
  let isUp = false;
  let restart: Promise<void> = Promise.resolve();

  // moto keeps its world in memory: one that died must be filled again before anybody may ask it.
  const startMoto = async (): Promise<void> => {
    await processes.start({
      name: processName,
      cloud: "aws",
      command: dependencies.motoServer,
      args: ["-H", host, "-p", String(motoPort)],
      env: {
        PYTHONPATH: join(import.meta.dirname, "moto"),
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONHASHSEED: "0",
        // Without it the policies that AWS itself offers (AmazonEKSClusterPolicy and so on) cannot be attached.
        MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
      },
      ready: () => moto.isServing(),
      onExit: () => {
        if (isStopping || !isUp) return;
        isUp = false;
        front.setOpen(false);
        restart = restart.then(restartMoto);
      },
    });
    // What is replayed took its time long ago.
    clock.pause();
    await front.replay();
    clock.start();
    front.setOpen(true);
    isUp = true;
  };

  const restartMoto = async (): Promise<void> => {
    for (let delay = 1000; !isStopping; delay = Math.min(2 * delay, 30_000)) {
      await new Promise((resolve) => setTimeout(resolve, delay).unref());
      if (isStopping) return;
      try {
        return await startMoto();
      } catch (error) {
        logger.error(`moto does not come back: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };

  return {
    async start() {
      isStopping = false;
      await route53.restore();
      await front.listen();
      await startMoto();
      await network.publish({
        name: "aws-api",
        cloud: "aws",
        listen: { host: publicHost, port: apiPort },
        target: () => ({ host, port: apiPort }),
      });
    },

    async stop() {
      isStopping = true;
      clock.stop();
      await network.unpublish("aws-api");
      front.setOpen(false);
      await processes.stop(processName);
      await restart;
      await front.close();
      await log.close();
    },
  };
}
