import type { World } from "../contracts/contracts.ts";
import { azureApiUrl } from "../contracts/world.ts";
import type { ArmSurroundings } from "./arm/resource-type.ts";
import type { ManagedIdentity } from "./identity.ts";

/** What a workload of Azure is given to speak as its managed identity, in the way of App Service and Container Instances. */
export class WorkloadIdentity {
  readonly #world: Pick<World, "instance">;
  #identity: ManagedIdentity | undefined;

  constructor(world: Pick<World, "instance">) {
    this.#world = world;
  }

  open(identity: ManagedIdentity): void {
    this.#identity = identity;
  }

  /** Empty without an identity. The header speaks for this identity only. */
  environment(identityId: string | undefined, around: ArmSurroundings): Readonly<Record<string, string>> {
    const found = identityId === undefined ? undefined : around.find(identityId.toLowerCase())?.properties;
    const { clientId, principalId } = found ?? {};
    if (this.#identity === undefined || typeof clientId !== "string" || typeof principalId !== "string") return {};
    return {
      IDENTITY_ENDPOINT: `${azureApiUrl(this.#world)}/msi/token`,
      IDENTITY_HEADER: this.#identity.headerOf({ clientId, principalId }),
      AZURE_CLIENT_ID: clientId,
    };
  }
}
