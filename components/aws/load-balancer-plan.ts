/** A service of the cluster behind the load balancer. */
export interface BalancedService {
  /** Name of the service, unique here. */
  readonly name: string;
  /** The port that the load balancer listens on for it, unique here. */
  readonly port: number;
  /** The port that the service has on every node, 30000 to 32767. */
  readonly nodePort: number;
  /** `public`: for users; `internal`: for the driver and operators only. */
  readonly role: "public" | "internal";
  /** Path that answers 200 while the service works; default /health. */
  readonly healthPath?: string | undefined;
}

export interface Ingress {
  readonly port: number;
  readonly cidrs: readonly string[];
}

/** The port of plain HTTP. */
export const HTTP_PORT = 80;

/**
 * Who gets in where: everyone in `publicCidrs` to public services, `internalCidrs` to all. With TLS, port 80 is open too, to
 * send users on, unless a service listens there.
 * Errors: no service; two of one name or port.
 */
export function planIngress(
  services: readonly BalancedService[],
  settings: { tls: boolean; publicCidrs: readonly string[]; internalCidrs: readonly string[] },
): { readonly ingress: readonly Ingress[]; readonly redirectTo: number | undefined } {
  for (const key of ["name", "port"] as const) {
    const values = services.map((service) => service[key]);
    if (new Set(values).size < values.length) {
      throw new Error(`services: ${key} ${values.join(", ")}; behind one load balancer each service needs its own`);
    }
  }
  const entrance = services.find(({ role }) => role === "public");
  if (!entrance) throw new Error("services: none is public; a load balancer needs one");
  const { publicCidrs, internalCidrs } = settings;
  const everyone = [...new Set([...publicCidrs, ...internalCidrs])];
  const redirects = settings.tls && services.every(({ port }) => port !== HTTP_PORT);
  return {
    ingress: [
      ...services.map(({ port, role }) => ({ port, cidrs: role === "public" ? everyone : internalCidrs })),
      ...(redirects ? [{ port: HTTP_PORT, cidrs: everyone }] : []),
    ],
    redirectTo: redirects ? entrance.port : undefined,
  };
}
