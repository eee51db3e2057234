import { once } from "node:events";
import type { Server } from "node:http";
import { join } from "node:path";
import type { KubernetesService, PostgresService, SandboxContext, SandboxModule } from "../supervisor/contracts.ts";
import { azureAddresses } from "./addresses.ts";
import { armHttp } from "./arm/arm-http.ts";
import { ArmService } from "./arm/arm-service.ts";
import { ArmState } from "./arm/arm-state.ts";
import { SecretFile } from "./arm/secret-file.ts";
import { ManagedIdentity } from "./identity.ts";
import { resourceTypes } from "./resource-types.ts";
import { Azurite } from "./storage/azurite.ts";
import { TrafficManager } from "./traffic-manager/traffic-manager.ts";

const gatewayName = "azure-resource-manager";

/**
 * The sandbox's Azure: Resource Manager and the identity endpoint over HTTP (see `azureAddresses`), storage by Azurite,
 * Traffic Manager's probes and DNS answers, databases and clusters by the shared services. Start it after those.
 */
export function createAzure(
  context: SandboxContext,
  deps: { readonly postgres: PostgresService; readonly kubernetes: KubernetesService },
): SandboxModule {
  const azurite = new Azurite(context);
  const traffic = new TrafficManager(context);
  const secrets = new SecretFile(join(context.world.directory, "azure", "secrets.json"));
  const state = new ArmState(context.store, secrets);
  const types = resourceTypes({ context, azurite, traffic, ...deps });
  const service = new ArmService(types, state, context.logger("azure"));
  let server: Server | undefined;

  return {
    async start() {
      await state.load();
      const identity = await ManagedIdentity.open(context.store);
      await azurite.publish();
      await service.restore();
      const { resourceManager } = azureAddresses(context.world.instance);
      const inner = { host: context.network.inside(resourceManager.host), port: resourceManager.port };
      const made = armHttp(service, identity);
      made.listen(inner.port, inner.host);
      await once(made, "listening");
      server = made;
      await context.network.publish({
        name: gatewayName,
        cloud: "azure",
        listen: resourceManager,
        target: () => (server === undefined ? undefined : inner),
      });
    },
    async stop() {
      await context.network.unpublish(gatewayName);
      const running = server;
      server = undefined;
      if (running !== undefined) {
        running.close();
        running.closeAllConnections();
      }
      await service.operations.idle();
      traffic.stop();
      await azurite.unpublish();
      await azurite.stop();
    },
  };
}
