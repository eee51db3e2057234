import type { Cloud, HostPort, PostgresServerSpec, PostgresService, SandboxContext } from "../contracts/contracts.ts";
import { PostgresServer } from "./postgres-server.ts";
import { ServerRegistry } from "./server-registry.ts";
import { parseSpec, type ServerSettings, serverName } from "./server-settings.ts";

/**
 * Real PostgreSQL servers behind RDS and flexible server. Data lives in `<world>/<cloud>/postgres/<id>/data`; the process
 * binds inside its cloud and is reached through its gateway on port 5432.
 */
export function createPostgres(context: SandboxContext): PostgresService {
  const registry = new ServerRegistry(context.store);
  const queues = new Map<string, Promise<unknown>>();
  /** By server: parameters that wait for a restart. */
  const pending = new Map<string, readonly string[]>();

  /** Calls about one server follow each other: an update must not meet the creation still under way. */
  const inTurn = <T>(cloud: Cloud, id: string, work: () => Promise<T>): Promise<T> => {
    const name = serverName(cloud, id);
    const turn = (queues.get(name) ?? Promise.resolve()).catch(() => undefined).then(work);
    queues.set(name, turn);
    return turn;
  };

  const serverOf = (settings: ServerSettings): Promise<PostgresServer> => {
    const name = serverName(settings.cloud, settings.id);
    return PostgresServer.open(context, settings, () => pending.delete(name));
  };

  return {
    async ensure(spec: PostgresServerSpec): Promise<HostPort> {
      const { settings, password } = parseSpec(spec);
      return inTurn(settings.cloud, settings.id, async () => {
        const before = await registry.find(settings.cloud, settings.id);
        if (before !== undefined && before.adminUser !== settings.adminUser) {
          throw new Error(
            `adminUser of ${settings.cloud}/${settings.id} is "${before.adminUser}" and cannot become "${settings.adminUser}"; make another server`,
          );
        }
        const server = await serverOf(settings);
        // What a removal that crashed has left must not come back to life in a new server of the same name.
        if (before === undefined) await server.deleteFiles();
        await server.prepare();
        // Remembered before it runs: a supervisor that crashes in between finds and stops what it had started.
        await registry.remember(settings);
        const waiting = await server.run();
        if (waiting !== undefined) pending.set(serverName(settings.cloud, settings.id), waiting);
        // Before the first database, which then has it from its template.
        if (before === undefined && settings.cloud === "azure") await server.enforceAllowList();
        await server.administer(password);
        return server.address;
      });
    },

    pendingRestart: (cloud, id) => pending.get(serverName(cloud, id)) ?? [],

    async restart(cloud, id) {
      await inTurn(cloud, id, async () => {
        const settings = await registry.find(cloud, id);
        if (settings === undefined) return;
        await (await serverOf(settings)).restart();
      });
    },

    async remove(cloud, id) {
      await inTurn(cloud, id, async () => {
        const settings = await registry.find(cloud, id);
        if (settings === undefined) return;
        const server = await serverOf(settings);
        await server.stop();
        await registry.forget(cloud, id);
        await server.deleteFiles();
        await server.releaseAddress();
      });
    },

    async start() {
      await forAll(await registry.all(), "start", (settings) =>
        inTurn(settings.cloud, settings.id, async () => {
          const server = await serverOf(settings);
          await server.prepare();
          await server.run();
        }),
      );
    },

    async stop() {
      await forAll(await registry.all(), "stop", (settings) =>
        inTurn(settings.cloud, settings.id, async () => (await serverOf(settings)).stop()),
      );
    },
  };
}

/** One server's trouble does not keep the others from it. */
async function forAll(
  servers: readonly ServerSettings[],
  verb: string,
  work: (settings: ServerSettings) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(servers.map(work));
  const failures = results.filter((result) => result.status === "rejected").map((result) => result.reason as unknown);
  if (failures.length === 0) return;
  const reasons = failures.map((error) => (error instanceof Error ? error.message : String(error)));
  throw new AggregateError(failures, `PostgreSQL servers did not ${verb}: ${reasons.join("; ")}`);
}
