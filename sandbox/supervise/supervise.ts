import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createAws } from "../aws/create-aws.ts";
import { createAzure } from "../azure/create-azure.ts";
import type { World } from "../contracts/contracts.ts";
import { controlAddress } from "../contracts/world.ts";
import { createKubernetes } from "../kubernetes/create-kubernetes.ts";
import { createPostgres } from "../postgres/postgres-service.ts";
import { ControlApi, ensureControlToken } from "./control-api.ts";
import { ensureIdentityHeader } from "./environment-file.ts";
import { bootId, processEntry } from "./proc.ts";
import { RunFiles } from "./run-files.ts";
import { describe, Supervisor } from "./supervisor.ts";
import { supervisorRunName } from "./supervisor-name.ts";

/** What the supervisor needs of the toolchain. */
export interface SuperviseOptions {
  readonly kubernetes: string;
  readonly motoServer: string;
  /** Sees every line of the supervisor's log. */
  readonly echo?: (line: string) => void;
  /** Called once when all modules are ready. */
  readonly onReady?: () => Promise<void>;
}

/**
 * Runs the sandbox until `down`, SIGTERM or SIGINT, then stops everything. Resolves when nothing runs any more. A module
 * that fails to start leaves the control API answering (state `failed`) until then; in the foreground it is thrown.
 */
export async function supervise(world: World, options: SuperviseOptions): Promise<void> {
  const runFiles = new RunFiles(world.directory);
  const supervisor = new Supervisor(world, options.echo);
  const { context, capacity, apiFaults } = supervisor;
  const finish = Promise.withResolvers<void>();
  const onSignal = (): void => finish.resolve();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  // The terminal or the pipe that started us may go; the sandbox stays.
  process.on("SIGHUP", () => undefined);
  const log = context.logger("supervisor");
  process.on("unhandledRejection", (reason) => log.error(`unhandled rejection: ${describe(reason)}`));
  process.on("uncaughtException", (error) => {
    appendFileSync(join(world.directory, "logs", "supervisor.log"), `${error.stack ?? error.message}\n`);
    finish.resolve();
  });

  const postgres = createPostgres(context);
  const kubernetes = createKubernetes(context, { binary: options.kubernetes });
  const api = new ControlApi({
    address: controlAddress(world),
    token: ensureControlToken(world.directory),
    supervisor,
    onDown: () => finish.resolve(),
    cluster: (name) => kubernetes.access({ cloud: "aws", name }),
  });
  // First of all: who has this address owns the instance, and only the owner may clean up.
  await api.listen();
  let failure: unknown;
  try {
    const startTime = processEntry(process.pid)?.startTime ?? "";
    const ended = await runFiles.endLeftovers(5000, [supervisorRunName]);
    if (ended.length > 0) log.info(`ended what an earlier supervisor left running: ${ended.join(", ")}`);
    runFiles.record(supervisorRunName, { pid: process.pid, startTime }, "SIGTERM");
    log.info(`instance ${world.instance}, pid ${process.pid}, boot ${bootId()}`);
    await ensureIdentityHeader(context.store);
    const started = supervisor.start([
      [
        { name: "postgres", module: postgres },
        { name: "kubernetes", module: kubernetes },
      ],
      [
        {
          name: "aws",
          module: createAws(context, { postgres, kubernetes, apiFaults, motoServer: options.motoServer }),
        },
        { name: "azure", module: createAzure(context, { postgres, kubernetes, apiFaults, capacity }) },
      ],
    ]);
    const ready = started.then(() => options.onReady?.());
    ready.catch((error) => {
      failure = error;
      if (options.onReady !== undefined) finish.resolve();
    });
    await finish.promise;
  } finally {
    await supervisor.stop();
    const left = await runFiles.endLeftovers(2000, [supervisorRunName]);
    if (left.length > 0) log.error(`had to end by force: ${left.join(", ")}`);
    runFiles.forget(supervisorRunName);
    await api.close();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
  if (options.onReady !== undefined && failure !== undefined) throw failure;
}
