import type { Probe } from "../../kubernetes/api/objects.ts";
import type { RestartPolicy } from "./container-process.ts";

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** Given when the program overrides the image's entry point; the sandbox does not run that. */
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly livenessProbe: Probe | undefined;
  /** The address takes connections while a container passes its own. */
  readonly readinessProbe: Probe | undefined;
  readonly mounts: readonly { readonly name: string; readonly mountPath: string }[];
}

/** What a container group runs. Secrets are in it: it is never written down. */
export interface GroupSpec {
  readonly name: string;
  /** Where the containers listen, behind the gateways of `ports`. */
  readonly host: string;
  readonly ports: readonly number[];
  readonly restartPolicy: RestartPolicy;
  readonly containers: readonly ContainerSpec[];
  /** Volume name to its files; empty for `emptyDir`. */
  readonly volumes: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What Azure gives every container of the group. */
  readonly injected: Readonly<Record<string, string>>;
}
