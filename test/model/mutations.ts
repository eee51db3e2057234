export interface Edit {
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A guard or a rule switched off in the driver's own source. */
export interface Mutation {
  readonly name: string;
  /** The invariants (docs/invariants.md) of which a walk has seen one break. */
  readonly caughtBy: readonly number[];
  /** Met only by auxiliary plans. */
  readonly auxiliary?: boolean;
  /** Met only by a person with an old file. */
  readonly hand?: boolean;
  /** Of a walk that meets it soon; default 1. */
  readonly seed?: number;
  readonly edits: readonly Edit[];
}

const domain = (file: string, find: string, replace: string): Edit => ({
  file: `automation/domain/${file}`,
  find,
  replace,
});
const workflow = (file: string, find: string, replace: string): Edit => ({
  file: `automation/workflow/${file}`,
  find,
  replace,
});
const lib = (file: string, find: string, replace: string): Edit => ({
  file: `automation/lib/${file}`,
  find,
  replace,
});
const stage = (file: string, find: string, replace: string): Edit => workflow(`stages/${file}`, find, replace);

/** All guards first. Where two layers hold the same thing, both are switched off. */
export const mutations: readonly Mutation[] = [
  {
    name: "guard cooldown",
    caughtBy: [8],
    edits: [
      domain(
        "guards.ts",
        "if (until === undefined || now.getTime() >= Date.parse(until)) return undefined;",
        "if (until !== now.toISOString()) return undefined;",
      ),
    ],
  },
  {
    name: "guard paused",
    caughtBy: [11],
    edits: [domain("application-facts.ts", "return pause === undefined ? undefined :", "return true ? undefined :")],
  },
  {
    name: "guard operation-running",
    caughtBy: [5, 6],
    edits: [
      workflow(
        "admission/start-operation.ts",
        "if (holder !== undefined) throw new GuardError(lockGuard(holder));",
        "",
      ),
      workflow(
        "admission/admission.ts",
        'last !== undefined && (last.state === "running" || last.state === "waiting")',
        "false",
      ),
      {
        file: "test/model/stores.ts",
        find: "if (held !== undefined && !mine) throw",
        replace: "if (held === null && !mine) throw",
      },
    ],
  },
  {
    name: "guard operation-running: the watch may replace what needs an operator",
    caughtBy: [11],
    edits: [workflow("admission/admission.ts", 'automatic && last?.state === "needs-operator"', "false")],
  },
  {
    name: "guard standby-unready",
    caughtBy: [4],
    edits: [
      stage("confirm.ts", "if (lag.copying.length > 0) await context.passGuard(unfinished(context, lag));", ""),
      workflow("stages/late-tables.ts", "if (copying.length === 0 ||", "if (copying.length >= 0 ||"),
    ],
  },
  {
    name: "guard rpo-exceeded",
    caughtBy: [4],
    edits: [
      stage(
        "confirm.ts",
        "if (lag.seconds === undefined || lag.seconds > context.settings.rpoSeconds) {",
        "if (lag.copying.length < 0) {",
      ),
      stage(
        "promote-database.ts",
        "if (lag.seconds === undefined || lag.seconds > context.settings.rpoSeconds) {",
        "if (lag.copying.length < 0) {",
      ),
    ],
  },
  {
    name: "guard fence-unconfirmed",
    caughtBy: [1, 3],
    edits: [
      stage(
        "fence.ts",
        "return evidence.confirmed ? toEvidence(evidence) : await overridden(context, evidence);",
        "return toEvidence({ ...evidence, confirmed: true });",
      ),
    ],
  },
  {
    name: "guard not-reprotected",
    caughtBy: [8],
    edits: [
      workflow(
        "admission/admission.ts",
        'if (plan === "failback" && (protection === "failed-over" || protection === "reprotecting")) {',
        "if (false) {",
      ),
      domain(
        "protection.ts",
        'row("reprotected", "failback", "begin",',
        'row("failed-over", "failback", "begin", "failing-back", "too early"),\n  row("reprotected", "failback", "begin",',
      ),
      stage("confirm.ts", "if (planned && !lag.streaming) {", "if (false) {"),
    ],
  },
  {
    name: "guard witness-lost",
    caughtBy: [6],
    edits: [
      workflow(
        "admission/start-operation.ts",
        "throw new GuardError(witnessLost(serialiseError(error).message));",
        "return undefined;",
      ),
    ],
  },
  {
    name: "guard advice-holds",
    caughtBy: [11],
    edits: [
      domain(
        "application-facts.ts",
        'if (advice.action === "trigger_dr" && advice.confidence === "high") return undefined;',
        "if (advice) return undefined;",
      ),
    ],
  },
  {
    name: "guard approval-missing",
    caughtBy: [11],
    edits: [
      domain(
        "application-facts.ts",
        'mode === "auto" || (mode === "approve" && approval !== undefined)',
        'mode !== "observe" || approval !== undefined',
      ),
    ],
  },
  {
    name: "guard capacity-refused",
    caughtBy: [9],
    edits: [
      stage(
        "provision.ts",
        'if (code !== "capacity" || context.signal.aborted) throw error;',
        "if (code) throw error;",
      ),
    ],
  },
  {
    name: "guard proof-missing",
    caughtBy: [4],
    edits: [
      stage(
        "promote-database.ts",
        "if (token === undefined || context.pastPointOfNoReturn) return;",
        "if (true) return;",
      ),
    ],
  },
  {
    name: "rule: an override is used up where it is used",
    caughtBy: [4],
    edits: [
      stage(
        "promote-database.ts",
        "await context.passGuard(proofMissing(context.to, token.lsn));\n    return;",
        "return;",
      ),
      stage(
        "promote-database.ts",
        'wasOverridden(context.operation, "rpo-exceeded")',
        'context.isOverridden("rpo-exceeded")',
      ),
    ],
  },
  {
    name: "rule: a follower is never opened",
    caughtBy: [1],
    edits: [
      stage(
        "prepare-databases.ts",
        "await ports.database.prepare(follower, false, signal);",
        "await ports.database.prepare(follower, true, signal);",
      ),
    ],
  },
  {
    name: "rule: the witness moves before a write is allowed",
    caughtBy: [1],
    edits: [
      stage(
        "promote-database.ts",
        "const { at } = await context.activate();\n      if (open) await openWrites(context, to);",
        "if (open) await openWrites(context, to);\n      const { at } = await context.activate();",
      ),
    ],
  },
  {
    name: "rule: promotion waits for the fence",
    caughtBy: [3],
    edits: [
      workflow(
        "plans/move.ts",
        "promoteDatabase({ to, needs: [fenced], fence: fenced, open: !isHome, deadlineMs: ms.promote }),",
        'promoteDatabase({ to, needs: ["confirm"], fence: fenced, open: !isHome, deadlineMs: ms.promote }),',
      ),
      stage(
        "promote-database.ts",
        "const fenced = fenceEvidenceSchema.parse(context.evidence(stage));",
        "const fenced = { confirmed: true } as FenceEvidence;",
      ),
    ],
  },
  {
    name: "rule: users are sent to a verified site only",
    caughtBy: [2],
    edits: [
      workflow(
        "plans/move.ts",
        "      reroute(to, [`verify-$" + '{to}`, "final-object-sync"], ms.reroute),',
        '      reroute(to, ["final-object-sync"], ms.reroute),',
      ),
    ],
  },
  {
    name: "rule: lighting the standby sends it no users",
    caughtBy: [2],
    edits: [stage("provision.ts", "{ drActive, activeSite: from }", "{ drActive }")],
  },
  {
    name: "rule: what was lost is written down before the copy wipes it",
    caughtBy: [4],
    edits: [stage("salvage.ts", "        tally.add(write);", "        if (tally.sample.length > 0) tally.add(write);")],
  },
  {
    name: "rule: without a copy only where both are proven equal",
    caughtBy: [4, 8],
    edits: [stage("reverse-replication.ts", "requireEqual(context, follower);\n", "")],
  },
  {
    name: "rule: tables that came during the move are taken along",
    caughtBy: [4],
    edits: [
      stage(
        "promote-database.ts",
        "else await both(awaitProof(context, fenced), takeLateTables(context));",
        "else await both(awaitProof(context, fenced));",
      ),
    ],
  },
  {
    name: "rule: in sync is verified",
    caughtBy: [8],
    edits: [stage("verify-sync.ts", "if (!(await ports.database.inSync(follower, signal)))", "if (false)")],
  },
  {
    name: "rule: home without a follower is unprotected",
    caughtBy: [8],
    edits: [workflow("plans/move.ts", '? "finish"\n    : "finish-alone"', '? "finish"\n    : "finish"')],
  },
  {
    name: "rule: intent before effect",
    caughtBy: [5],
    edits: [
      workflow(
        "execution/run-stage.ts",
        "await registerIntent(scope, stage, context);\n  signal.throwIfAborted();\n  const evidence = await stage.run(context);",
        "const evidence = await stage.run(context);\n  await registerIntent(scope, stage, context);",
      ),
    ],
  },
  {
    name: "rule: what failed before the point of no return is undone",
    caughtBy: [5],
    edits: [
      workflow(
        "execution/compensate.ts",
        "stage.compensate !== undefined && record.intent !== undefined",
        "stage.compensate === undefined && record.intent !== undefined",
      ),
    ],
  },
  {
    name: "rule: past the point of no return nothing is undone",
    caughtBy: [5],
    edits: [
      workflow(
        "execution/run-operation.ts",
        'if (log.record.pointOfNoReturnAt !== undefined) return await end(scope, "needs-operator", undefined, error);',
        "",
      ),
    ],
  },
  {
    name: "rule: what a given-up operation had begun is the next one's to undo",
    caughtBy: [5],
    edits: [workflow("plans/new-operation.ts", "...begunBy(givenUp, name),", "")],
  },
  {
    name: "rule: a driver that was replaced does nothing more",
    caughtBy: [6],
    edits: [
      workflow(
        "execution/witness-session.ts",
        "if (current?.epoch !== this.#held?.epoch) throw this.#stale(current);",
        "",
      ),
    ],
  },
  {
    name: "rule: the hold is made sure of ahead of every effect",
    caughtBy: [6],
    edits: [
      workflow(
        "execution/stage-context.ts",
        "ports: epochGuardedPorts(ports, (inner) => session.requireFresh(inner), log.record.id),",
        "ports,",
      ),
    ],
  },
  {
    name: "rule: every call has a deadline",
    caughtBy: [9],
    edits: [
      lib(
        "deadline.ts",
        "clock.sleep(milliseconds, ended.signal).then(",
        "clock.sleep(milliseconds * 1000, ended.signal).then(",
      ),
    ],
  },
  {
    name: "rule: foreign messages are redacted",
    caughtBy: [10],
    edits: [
      domain(
        "errors.ts",
        'return new DriverError("fatal", redact(message), { cause: thrown });',
        'return new DriverError("fatal", message, { cause: thrown });',
      ),
    ],
  },
  {
    name: "rule: what was done is declared",
    caughtBy: [7],
    edits: [stage("reconcile.ts", "for (const site of sites) {", "for (const site of sites.slice(1)) {")],
  },
  {
    name: "rule: what is past its point of no return is resumed, not replaced",
    caughtBy: [8],
    seed: 4,
    edits: [workflow("admission/take-over.ts", "if (record?.pointOfNoReturnAt !== undefined) {", "if (false) {")],
  },
  {
    name: "rule: whoever moves the witness proves that it holds the application",
    caughtBy: [6],
    seed: 2,
    edits: [workflow("execution/witness-session.ts", "await confirm(current?.epoch ?? 0);", "")],
  },
  {
    name: "rule: a wish to abort waits until the operation has begun",
    caughtBy: [5],
    seed: 4,
    edits: [
      workflow(
        "execution/run-operation.ts",
        "scope.session.begin(signal, confirm), interrupt);",
        "scope.session.begin(signal, confirm));",
      ),
    ],
  },
  {
    name: "rule: a drill leaves no copy behind",
    caughtBy: [7],
    auxiliary: true,
    edits: [
      stage(
        "rehearse.ts",
        "const dropped = await context.ports.database.dropDrillCopies(to, context.signal);",
        "const dropped: string[] = [];",
      ),
    ],
  },
  {
    name: "rule: a drill that fails takes its copy back",
    caughtBy: [7],
    auxiliary: true,
    edits: [
      stage(
        "rehearse.ts",
        "dropped: await ports.database.dropDrillCopies(to, signal)",
        "dropped: [to, ports, signal].length",
      ),
    ],
  },
  {
    name: "rule: a service that was stopped is started again",
    caughtBy: [5, 7],
    auxiliary: true,
    edits: [
      stage(
        "restart-service.ts",
        "async compensate({ ports, signal }) {\n      return toEvidence({ workloads: await ports.workloads.start(site, signal, [service]) });",
        "async compensate({ ports, signal }) {\n      return toEvidence({ workloads: await ports.workloads.status(site, signal) });",
      ),
    ],
  },
  {
    name: "rule: what a zonal recovery closed is opened where it fails",
    caughtBy: [7],
    auxiliary: true,
    edits: [
      stage(
        "evacuate-zone.ts",
        "return toEvidence({ zone, opened: await ports.zones.uncordon(zone, except, signal) });",
        "return toEvidence({ zone, opened: [ports, except, signal].length });",
      ),
    ],
  },
  {
    name: "rule: a drill beside a standby that follows only",
    caughtBy: [5, 7, 8],
    auxiliary: true,
    edits: [
      domain(
        "protection.ts",
        'row("protected", "drill", "begin", "drilling", "rehearsing at the standby, next to the replica and away from users"),',
        'row("failed-over", "drill", "begin", "drilling", "rehearsing"),\n  row("protected", "drill", "begin", "drilling", "rehearsing"),',
      ),
      stage(
        "rehearse.ts",
        "await requireAtRest(context);\n      const began = clock.monotonic();\n      const copies",
        "const began = clock.monotonic();\n      const copies",
      ),
      stage("confirm-auxiliary.ts", "return toEvidence(await requireAtRest(context));", "return {};"),
    ],
  },
  {
    name: "rule: a configuration older than what is deployed changes nothing",
    caughtBy: [12],
    hand: true,
    edits: [
      {
        file: "stacks/switches.ts",
        find: "if (deployed === undefined || declared.epoch > deployed.epoch) return undefined;",
        replace: "if (deployed === undefined || declared.epoch < deployed.epoch) return undefined;",
      },
    ],
  },
];
