import type { Condition, Container, Pod } from "../api/objects.ts";

export interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt?: string;
  readonly finishedAt: string;
}

export type ContainerState =
  | { readonly waiting: { readonly reason: string; readonly message?: string } }
  | { readonly running: { readonly startedAt: string } }
  | { readonly terminated: Terminated };

/** One container as the agent knows it. */
export interface ContainerRecord {
  readonly container: Container;
  readonly state: ContainerState;
  readonly lastState: { readonly terminated: Terminated } | undefined;
  readonly restartCount: number;
  readonly started: boolean;
  readonly ready: boolean;
}

export interface StatusInput {
  readonly pod: Pod;
  readonly containers: readonly ContainerRecord[];
  readonly initContainers: readonly ContainerRecord[];
  readonly podIP: string;
  readonly hostIP: string;
  readonly startTime: string;
  readonly now: string;
}

/** Strategic merge would add to these lists. */
const replaceList = { $patch: "replace" };

/** Which phase a pod is in, from the states of its containers. */
export function phaseOf(
  input: Pick<StatusInput, "pod" | "containers" | "initContainers">,
): "Pending" | "Running" | "Succeeded" | "Failed" {
  const { containers, initContainers, pod } = input;
  const never = pod.spec.restartPolicy === "Never";
  if (never && initContainers.some((one) => exitOf(one) !== undefined && exitOf(one) !== 0)) return "Failed";
  if (containers.every((one) => "waiting" in one.state && one.lastState === undefined)) return "Pending";
  if (containers.every((one) => exitOf(one) !== undefined) && pod.spec.restartPolicy !== "Always") {
    if (containers.every((one) => exitOf(one) === 0)) return "Succeeded";
    if (never) return "Failed";
  }
  return "Running";
}

/** The `status` of a pod, ready for a strategic merge patch (conditions merge by type). */
export function podStatus(input: StatusInput): Record<string, unknown> {
  const { containers, initContainers, pod, now } = input;
  const phase = phaseOf(input);
  const over = phase === "Succeeded" || phase === "Failed";
  const initialised = initContainers.every((one) => exitOf(one) === 0);
  const unready = containers.filter((one) => !one.ready).map((one) => one.container.name);
  const ready = !over && initialised && unready.length === 0;
  const why = over
    ? { reason: phase === "Succeeded" ? "PodCompleted" : "PodFailed" }
    : { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
  const condition = (type: string, ok: boolean, details: { reason?: string; message?: string } = why): Condition => {
    const status = ok ? "True" : "False";
    const before = pod.status.conditions?.find((one) => one.type === type);
    const lastTransitionTime = before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : now;
    return { type, status, lastTransitionTime, ...(ok ? { reason: null, message: null } : details) } as Condition;
  };
  return {
    phase,
    hostIP: input.hostIP,
    hostIPs: [replaceList, { ip: input.hostIP }],
    podIP: input.podIP,
    podIPs: [replaceList, { ip: input.podIP }],
    startTime: input.startTime,
    conditions: [
      condition("PodReadyToStartContainers", !over),
      condition("Initialized", initialised, { reason: "ContainersNotInitialized" }),
      condition("ContainersReady", ready),
      condition("Ready", ready),
    ],
    containerStatuses: containers.map(containerStatus),
    ...(initContainers.length > 0 ? { initContainerStatuses: initContainers.map(containerStatus) } : {}),
  };
}

function containerStatus(record: ContainerRecord): Record<string, unknown> {
  const { container, state, lastState, restartCount } = record;
  return {
    name: container.name,
    image: container.image,
    imageID: "waiting" in state && lastState === undefined ? "" : container.image,
    ready: record.ready,
    started: record.started,
    restartCount,
    state,
    lastState: lastState ?? {},
  };
}

export function exitOf(record: Pick<ContainerRecord, "state">): number | undefined {
  return "terminated" in record.state ? record.state.terminated.exitCode : undefined;
}
