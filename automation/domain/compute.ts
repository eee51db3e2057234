import type { PrimaryOutputs, StandbyOutputs } from "../../stacks/outputs.ts";

/**
 * What runs the application at a site. `dark`: nothing now (a cold or pilot-light standby on AKS). `elsewhere`: something that the driver
 * cannot scale (an external primary).
 */
export type Compute =
  | { readonly kind: "cluster"; readonly name: string }
  | { readonly kind: "container-group"; readonly name: string }
  | { readonly kind: "dark" }
  | { readonly kind: "elsewhere" };

/** From a stack's saved outputs alone. */
export function computeOf(outputs: PrimaryOutputs | StandbyOutputs): Compute {
  if (outputs.site === "standby" && outputs.containerGroup !== undefined)
    return { kind: "container-group", name: outputs.containerGroup.name };
  if (outputs.cluster !== undefined) return { kind: "cluster", name: outputs.cluster.name };
  return { kind: outputs.site === "primary" ? "elsewhere" : "dark" };
}

/** For people. */
export function computeText(compute: Compute): string {
  switch (compute.kind) {
    case "cluster":
      return `cluster ${compute.name}`;
    case "container-group":
      return `container group ${compute.name}`;
    case "dark":
      return "none while dark";
    case "elsewhere":
      return "outside the driver's reach";
  }
}
