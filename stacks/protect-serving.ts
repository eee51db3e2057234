import { type ResourceTransformation, runtime } from "@pulumi/pulumi";
import type { StackConfig } from "./config.ts";
import { isServing } from "./switches.ts";

/**
 * While this site is the active one, the engine refuses to remove or replace what serves users: also by `pulumi destroy`, which runs no
 * program, and by a program that is older than this one. The driver takes the protection off before it scales the standby down.
 */
export function protectServing(config: StackConfig): void {
  if (!config.protectActive || config.activeSite !== config.role) return;
  // Without an engine there is no root.
  if (runtime.getStackResource() !== undefined) runtime.registerStackTransformation(protectedWhileServing);
}

export const protectedWhileServing: ResourceTransformation = ({ type, props, opts }) =>
  isServing(type) ? { props, opts: { ...opts, protect: true } } : undefined;
