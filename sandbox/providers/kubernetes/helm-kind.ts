import { z } from "zod";
import type { ResourceKind } from "../plugin-host.ts";
import type { KubeCloud } from "./kube-cloud.ts";

const message =
  "Helm charts are fetched from remote repositories, which are out of the sandbox's reach. Turn them off with the stack's configuration: pilotlight:observability, \"charts\": false";

/** `kubernetes:helm.sh/…`: refused when the program is checked, before anything is made. */
export const helmKind: ResourceKind<KubeCloud> = {
  inputs: z.unknown().refine(() => false, message),
  replaceOnChanges: [],
  create: refuse,
  read: refuse,
  update: refuse,
  delete: refuse,
};

export function refuse(): Promise<never> {
  return Promise.reject(new Error(message));
}
