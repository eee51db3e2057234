import type { KubernetesService, PostgresService, SandboxContext } from "../contracts/contracts.ts";
import { Capacity } from "./capacity.ts";
import { ContainerGroups } from "./containers/container-groups.ts";
import { FrontDoor } from "./front-door/front-door.ts";
import { ImageStore } from "./registry/image-store.ts";
import type { ResourceTypeParts } from "./resource-types.ts";
import { ScriptRunner } from "./scripts/script-runner.ts";
import { Azurite } from "./storage/azurite.ts";
import { TrafficManager } from "./traffic-manager/traffic-manager.ts";
import { WorkloadIdentity } from "./workload-identity.ts";

/** One of everything behind Azure Resource Manager. `registries`: the login servers that exist, asked when needed. */
export function azureParts(
  context: SandboxContext,
  services: {
    readonly postgres: PostgresService;
    readonly kubernetes: KubernetesService;
    /** Default: room for everything. */
    readonly capacity?: Capacity;
  },
  registries: () => readonly string[],
): ResourceTypeParts {
  const images = new ImageStore(context.store);
  return {
    context,
    ...services,
    capacity: services.capacity ?? new Capacity(),
    images,
    azurite: new Azurite(context),
    traffic: new TrafficManager(context),
    edge: new FrontDoor(context),
    groups: new ContainerGroups(context, { missingImage: (image) => images.missing(image, registries()) }),
    scripts: new ScriptRunner(context),
    identity: new WorkloadIdentity(context.world),
  };
}
