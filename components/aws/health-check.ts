import { HealthCheck as Route53HealthCheck } from "@pulumi/aws/route53/healthCheck.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** How a site's public service is asked whether it works. */
export interface HealthProbe {
  /** Port of the service. */
  readonly port: number;
  /** Certificates are not checked. */
  readonly protocol: "HTTP" | "HTTPS";
  /** Path that answers 2xx or 3xx while the service works, e.g. /health. */
  readonly path: string;
  /** Seconds between two probes of one prober: 10 (fast) or 30; default 10. Cannot change: another one is another check. */
  readonly intervalSeconds?: 10 | 30 | undefined;
  /** Probes in a row that must fail, or succeed again, 1 to 10; default 3. */
  readonly failures?: number | undefined;
}

export interface HealthCheckArgs extends HealthProbe {
  /** Name that is probed; must be reachable from the internet. */
  readonly host: Input<string>;
  /** What the console calls it. */
  readonly displayName: string;
  /** Tags of the check. */
  readonly tags: Tags;
}

/** Route 53's probers, around the world, at one service. */
export class HealthCheck extends ComponentResource {
  /** Id of the check, for records and for its status. */
  readonly healthCheckId: Output<string>;

  constructor(name: string, args: HealthCheckArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:HealthCheck", name, {}, options);
    const check = new Route53HealthCheck(
      `${name}-check`,
      {
        type: args.protocol,
        fqdn: args.host,
        port: args.port,
        resourcePath: args.path,
        requestInterval: args.intervalSeconds ?? 10,
        failureThreshold: args.failures ?? 3,
        ...(args.protocol === "HTTPS" ? { enableSni: true } : {}),
        tags: { ...args.tags, Name: args.displayName },
      },
      { parent: this },
    );
    this.healthCheckId = check.id;
    this.registerOutputs({ healthCheckId: this.healthCheckId });
  }
}
