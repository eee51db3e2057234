import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { WorkloadStatus } from "../../ports/workloads.ts";
import type { ArmClient } from "../azure/arm-client.ts";

/** A container group and the services in it, from the standby's outputs. */
export interface ContainerGroupTarget {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** Names of containers. */
  readonly services: readonly string[];
}

/** As the group is now; containers by name. */
export interface ContainerGroupState {
  /** Azure's word, e.g. `Running`, `Pending`, `Stopped`. */
  readonly state: string;
  readonly containers: ReadonlyMap<string, { readonly state: string; readonly detail: string }>;
}

const apiVersion = "2024-05-01-preview";
/** Its containers have ended and take no more resources; starting it begins anew. */
const ended: ReadonlySet<string> = new Set(["Stopped", "Succeeded", "Failed", "Terminated"]);

const groupSchema = z.object({
  properties: z.object({
    instanceView: z.object({ state: z.string().optional() }).optional(),
    containers: z.array(
      z.object({
        name: z.string(),
        properties: z.object({
          instanceView: z
            .object({
              currentState: z.object({ state: z.string().optional(), detailStatus: z.string().optional() }).optional(),
            })
            .optional(),
        }),
      }),
    ),
  }),
});

export function groupPath(target: ContainerGroupTarget, verb: "" | "/start" | "/stop" = ""): string {
  const part = encodeURIComponent;
  return (
    `/subscriptions/${part(target.subscriptionId)}/resourceGroups/${part(target.resourceGroup)}` +
    `/providers/Microsoft.ContainerInstance/containerGroups/${part(target.name)}${verb}?api-version=${apiVersion}`
  );
}

/** Undefined: there is no such group. */
export async function readGroup(
  arm: ArmClient,
  target: ContainerGroupTarget,
  signal: AbortSignal,
): Promise<ContainerGroupState | undefined> {
  const answer = await arm.request("GET", groupPath(target), undefined, signal).catch((error: unknown) => {
    if (error instanceof DriverError && error.code === "not-found") return undefined;
    throw error;
  });
  if (answer === undefined) return undefined;
  const parsed = groupSchema.safeParse(answer);
  if (!parsed.success)
    throw new DriverError("fatal", `container group ${target.name}: an answer without its containers`);
  const { instanceView, containers } = parsed.data.properties;
  return {
    state: instanceView?.state ?? "Unknown",
    containers: new Map(
      containers.map(({ name, properties }) => {
        const current = properties.instanceView?.currentState;
        return [name, { state: current?.state ?? "Unknown", detail: current?.detailStatus ?? "" }];
      }),
    ),
  };
}

export function hasEnded(group: ContainerGroupState): boolean {
  return ended.has(group.state);
}

/** The group runs and so does every container of it. */
export function isRunning(group: ContainerGroupState): boolean {
  return group.state === "Running" && [...group.containers.values()].every(({ state }) => state === "Running");
}

/** For errors: the group's state and that of each container that does not run. */
export function groupText(group: ContainerGroupState): string {
  const waiting = [...group.containers]
    .filter(([, { state }]) => state !== "Running")
    .map(([name, { state, detail }]) => `${name} ${state}${detail === "" ? "" : ` (${detail})`}`);
  return [group.state, ...waiting].join(", ");
}

/** One container a service; a group has no replicas. */
export function groupStatus(
  target: ContainerGroupTarget,
  group: ContainerGroupState | undefined,
): readonly WorkloadStatus[] {
  return target.services.map((name) => {
    const desired = group === undefined || hasEnded(group) || !group.containers.has(name) ? 0 : 1;
    const runs = desired === 1 && group?.containers.get(name)?.state === "Running" ? 1 : 0;
    return { name, desired, ready: runs, running: runs };
  });
}
