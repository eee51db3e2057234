import { once } from "node:events";
import type { Server } from "node:http";
import { join } from "node:path";
import { ApiFaults } from "../contracts/api-faults.ts";
import type {
  HostPort,
  KubernetesService,
  PostgresService,
  SandboxContext,
  SandboxModule,
} from "../contracts/contracts.ts";
import { ProvisioningClock } from "../provisioning/clock.ts";
import { azureAddresses } from "./addresses.ts";
import { armHttp } from "./arm/arm-http.ts";
import { ArmService } from "./arm/arm-service.ts";
import { ArmState } from "./arm/arm-state.ts";
import { SecretFile } from "./arm/secret-file.ts";
import { timedTypes } from "./arm/timed-types.ts";
import { azureParts } from "./azure-parts.ts";
import type { Capacity } from "./capacity.ts";
import { ManagedIdentity } from "./identity.ts";
import { catalogueHttp } from "./registry/catalogue-http.ts";
import { resourceTypes } from "./resource-types.ts";
import { registriesType } from "./types/container-registries.ts";

/**
 * The sandbox's Azure: Resource Manager and the identity endpoint over HTTP (see `azureAddresses`), storage by Azurite,
 * container groups and deployment scripts as processes, Traffic Manager's probes and DNS answers, Front Door's edge,
 * databases and clusters by the shared services. Start it after those.
 */
export function createAzure(
  context: SandboxContext,
  deps: {
    readonly postgres: PostgresService;
    readonly kubernetes: KubernetesService;
    readonly capacity?: Capacity;
    /** Asked before every call of Resource Manager; default: none ever. */
    readonly apiFaults?: ApiFaults;
  },
): SandboxModule {
  const secrets = new SecretFile(join(context.world.directory, "azure", "secrets.json"));
  const state = new ArmState(context.store, secrets);
  const parts = azureParts(context, deps, () =>
    state.all(registriesType).map(({ properties }) => String(properties.loginServer)),
  );
  const clock = new ProvisioningClock(context.world.provisioningScale);
  const service = new ArmService(timedTypes(resourceTypes(parts), clock), state, context.logger("azure"));
  const servers = new Map<string, Server>();

  const serve = async (name: string, server: Server, listen: HostPort): Promise<void> => {
    const inner = { host: context.network.inside(listen.host), port: listen.port };
    server.listen(inner.port, inner.host);
    await once(server, "listening");
    servers.set(name, server);
    await context.network.publish({
      name,
      cloud: "azure",
      listen,
      target: () => (servers.has(name) ? inner : undefined),
    });
  };

  return {
    async start() {
      await state.load();
      await parts.images.load();
      const identity = await ManagedIdentity.open(context.store);
      parts.identity.open(identity);
      await parts.azurite.publish();
      await service.restore();
      clock.start();
      const { resourceManager, registry } = azureAddresses(context.world.instance);
      await serve("azure-container-registry", catalogueHttp(parts.images), registry);
      await serve(
        "azure-resource-manager",
        armHttp(service, identity, deps.apiFaults ?? new ApiFaults()),
        resourceManager,
      );
    },
    async stop() {
      for (const [name, server] of servers) {
        servers.delete(name);
        await context.network.unpublish(name);
        server.close();
        server.closeAllConnections();
      }
      clock.stop();
      await parts.scripts.stopAll();
      await service.operations.idle();
      parts.traffic.stop();
      await parts.edge.stop();
      await parts.groups.stopAll();
      await parts.azurite.unpublish();
      await parts.azurite.stop();
    },
  };
}
