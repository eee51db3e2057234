import type { HostPort } from "../contracts/contracts.ts";

/** Where this instance's Azure is reached, from outside its gateways. */
export function azureAddresses(instance: number): {
  readonly resourceManager: HostPort;
  readonly blob: HostPort;
  readonly table: HostPort;
  /** Catalogues of all container registries; the name asked for says which. */
  readonly registry: HostPort;
} {
  const network = `127.${20 + instance}`;
  return {
    resourceManager: { host: `${network}.0.2`, port: 8443 },
    blob: { host: `${network}.0.4`, port: 10_000 },
    registry: { host: `${network}.0.5`, port: 5000 },
    table: { host: `${network}.0.4`, port: 10_002 },
  };
}
