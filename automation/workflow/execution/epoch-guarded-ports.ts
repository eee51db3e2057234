import type { StagePorts } from "../ports.ts";

/** Throws where this operation no longer holds the application. */
export type RequireFresh = (signal: AbortSignal) => Promise<void>;

/**
 * The ports as a stage gets them: before every effect they check that the operation still holds the application. A driver that
 * was frozen, and replaced meanwhile, wakes in the middle of a stage: it must not act on what it knew before. `by`: the operation, for the
 * record of who changed a switch.
 */
export function epochGuardedPorts(ports: StagePorts, fresh: RequireFresh, by: string): StagePorts {
  const { infrastructure, database, objects, workloads, traffic, zones } = ports;
  const held = async <T>(signal: AbortSignal, effect: () => Promise<T>): Promise<T> => {
    await fresh(signal);
    return await effect();
  };
  return {
    ...ports,
    infrastructure: {
      primary: () => infrastructure.primary(),
      standby: () => infrastructure.standby(),
      switches: (site) => infrastructure.switches(site),
      preview: (site, options) => infrastructure.preview(site, options),
      apply: (site, switches, options) =>
        held(options.signal, () => infrastructure.apply(site, switches, { ...options, by })),
    },
    database: {
      isWritable: (site, signal) => database.isWritable(site, signal),
      lag: (receiver, signal) => database.lag(receiver, signal),
      awaitToken: (receiver, token, signal) => database.awaitToken(receiver, token, signal),
      ...(database.writeLease === undefined ? {} : { writeLease: database.writeLease.bind(database) }),
      ...(database.requireFenceable === undefined
        ? {}
        : { requireFenceable: database.requireFenceable.bind(database) }),
      inSync: (to, signal) => database.inSync(to, signal),
      whyNotInSync: (to, signal) => database.whyNotInSync(to, signal),
      stranded: (oldSource, take, signal) => database.stranded(oldSource, take, signal),
      prepare: (site, writable, signal) => held(signal, () => database.prepare(site, writable, signal)),
      fence: (site, signal, options) => held(signal, () => database.fence(site, signal, options)),
      openWrites: (site, signal) => held(signal, () => database.openWrites(site, signal)),
      heartbeat: (site, signal) => held(signal, () => database.heartbeat(site, signal)),
      promote: (receiver, signal) => held(signal, () => database.promote(receiver, signal)),
      replicate: (from, to, options, signal) => held(signal, () => database.replicate(from, to, options, signal)),
      makeDrillCopies: (site, signal) => held(signal, () => database.makeDrillCopies(site, signal)),
      dropDrillCopies: (site, signal) => held(signal, () => database.dropDrillCopies(site, signal)),
      compareSchemas: (from, to, signal) => database.compareSchemas(from, to, signal),
      syncSchema: (from, to, signal) => held(signal, () => database.syncSchema(from, to, signal)),
      adoptTables: (from, to, signal) => held(signal, () => database.adoptTables(from, to, signal)),
    },
    objects: {
      sync: (from, to, signal) => held(signal, () => objects.sync(from, to, signal)),
    },
    workloads: {
      compute: (site, signal) => workloads.compute(site, signal),
      status: (site, signal) => workloads.status(site, signal),
      start: (site, signal, only) => held(signal, () => workloads.start(site, signal, only)),
      stop: (site, signal, only) => held(signal, () => workloads.stop(site, signal, only)),
    },
    traffic: {
      state: (signal) => traffic.state(signal),
      route: (site, signal) => held(signal, () => traffic.route(site, signal)),
      drain: (site, signal) => held(signal, () => traffic.drain(site, signal)),
    },
    zones: {
      nodes: (signal) => zones.nodes(signal),
      database: (signal) => zones.database(signal),
      cordon: (zone, operationId, signal) => held(signal, () => zones.cordon(zone, operationId, signal)),
      uncordon: (zone, except, signal) => held(signal, () => zones.uncordon(zone, except, signal)),
      evict: (zone, signal) => held(signal, () => zones.evict(zone, signal)),
      failOverDatabase: (instance, signal) => held(signal, () => zones.failOverDatabase(instance, signal)),
    },
  };
}
