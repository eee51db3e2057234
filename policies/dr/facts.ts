import { z } from "zod";
import { at, objects, text, texts } from "../shared/read.ts";
import { type DeclaredStack, ofType } from "../shared/resource.ts";

/** What one stack must be told about its counterpart, because no resource of its own says it. */

/** A service with its replicas while its site is active. */
export const workloadSchema = z.object({ name: z.string(), replicas: z.int().min(0) });
export type Workload = z.infer<typeof workloadSchema>;

export function isStandby(stack: DeclaredStack): boolean {
  return stack.name.endsWith("-standby");
}

/** For violations that belong to no one resource. */
export function stackUrn(stack: DeclaredStack): string {
  return stack.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? stack.resources[0]?.urn ?? "";
}

/** Outputs of the primary's last update, as a standby's StackReference has read them. Undefined: none was read. */
function savedOutputs(stack: DeclaredStack): unknown {
  return ofType(stack, "pulumi:pulumi:StackReference").find(({ name }) => name === "primary")?.props.outputs;
}

const deployedSchema = z.object({
  epoch: z.int().min(0),
  activeSite: z.enum(["primary", "standby"]),
  drActive: z.boolean(),
  movedBy: z.string().optional(),
});

/** The switches as they were deployed when this plan began (stacks/deployed-switches.ts). Undefined: the program records none. */
export function deployedSwitches(stack: DeclaredStack): z.infer<typeof deployedSchema> | undefined {
  return deployedSchema.safeParse(ofType(stack, "pilotlight:index:Switches")[0]?.props.deployed).data;
}

/** Names of the primary's databases, as its last update left them. */
export function savedDatabases(stack: DeclaredStack): readonly string[] | undefined {
  const database = at({ outputs: savedOutputs(stack) }, "outputs.database");
  const name = text(at({ database }, "database.name"));
  return name === undefined ? undefined : [name, ...texts(at({ database }, "database.additional"))];
}

/** The primary's services, as its last update left them. */
export function savedWorkloads(stack: DeclaredStack): readonly Workload[] | undefined {
  const deployments = at({ outputs: savedOutputs(stack) }, "outputs.workloads.deployments");
  const parsed = z.array(workloadSchema).safeParse(deployments);
  return parsed.success ? parsed.data : undefined;
}

/** Services that a standby's resources run: pods of a cluster, or containers of a group. */
export function declaredWorkloads(stack: DeclaredStack): readonly string[] {
  const deployments = ofType(stack, "kubernetes:apps/v1:Deployment").map(({ name, props }) =>
    String(at(props, "metadata.name") ?? name),
  );
  const containers = ofType(stack, "azure-native:containerinstance:ContainerGroup").flatMap(({ props }) =>
    objects(props.containers).map(({ name }) => String(name)),
  );
  return [...deployments, ...containers];
}
