import { ComponentResource, getOrganization, getProject, getStack, RunError, runtime } from "@pulumi/pulumi";
import { z } from "zod";
import type { StackConfig } from "./config.ts";
import { type DeclaredSwitches, deployedSwitchesSchema } from "./outputs.ts";
import { SWITCHES_TYPE, whyStale } from "./switches.ts";

const resourcesSchema = z.object({
  outputs: z.record(z.string(), z.object({ type: z.string(), outputs: z.record(z.string(), z.unknown()) })),
});

/**
 * Refuses a configuration that is older than what is deployed, before anything is planned; else records its switches in the stack's
 * state, ahead of everything else, so that an update that ends halfway has told them too. Asks the stack's own state and no cloud.
 * Errors: RunError with who moved, when, and what to do.
 */
export async function admitSwitches(config: StackConfig): Promise<DeclaredSwitches> {
  const { epoch, activeSite, drActive, movedBy, movedAt } = config;
  const declared: DeclaredSwitches = { epoch, activeSite, drActive, movedBy, movedAt };
  const deployed = await readDeployed();
  const reason = whyStale(getStack(), declared, deployed);
  if (reason !== undefined) throw new RunError(reason);
  new Switches("switches", { declared, deployed: deployed ?? declared });
  return declared;
}

async function readDeployed(): Promise<DeclaredSwitches | undefined> {
  // On a first update the state is being written until the stack itself is registered.
  const root = runtime.getStackResource();
  if (root !== undefined) await new Promise((resolve) => root.urn.apply(resolve));
  const stackName = `${getOrganization()}/${getProject()}/${getStack()}`;
  const answer = await runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const resources = Object.values(resourcesSchema.parse(answer).outputs);
  const outputsOf = (type: string) => resources.find((resource) => resource.type === type)?.outputs;
  const recorded = deployedSwitchesSchema.safeParse(outputsOf(SWITCHES_TYPE)?.["declared"]);
  if (recorded.success) return recorded.data;
  // Deployed by a program that recorded none.
  const before = deployedSwitchesSchema.safeParse({ ...outputsOf("pulumi:pulumi:Stack"), epoch: 0 });
  return before.success ? before.data : undefined;
}

/** `deployed`: what held when this update began, for policies to compare the plan with. */
class Switches extends ComponentResource {
  constructor(name: string, outputs: { readonly declared: DeclaredSwitches; readonly deployed: DeclaredSwitches }) {
    super(SWITCHES_TYPE, name);
    this.registerOutputs(outputs);
  }
}
