import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import { Zone } from "@pulumi/aws/route53/zone.js";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";

export interface DnsArgs {
  readonly zoneName: string;
  /** The name that users call. */
  readonly publicName: string;
  /** Where it always points: a failover must not need Route 53's control plane. */
  readonly target: string;
  readonly ttlSeconds: number;
  readonly protectData: boolean;
  readonly tags: Tags;
}

/** The public zone. Protected like data: a new zone has new name servers, which the registrar would have to learn. */
export class Dns extends ComponentResource {
  readonly zoneId: Output<string>;
  readonly nameServers: Output<string[]>;

  constructor(name: string, args: DnsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:Dns", name, {}, options);
    const zone = new Zone(
      `${name}-zone`,
      { name: args.zoneName, comment: "Public name of the application", tags: { ...args.tags } },
      { parent: this, ...dataOptions(args.protectData) },
    );
    new DnsRecord(
      `${name}-public`,
      { zoneId: zone.zoneId, name: args.publicName, type: "CNAME", ttl: args.ttlSeconds, records: [args.target] },
      { parent: this },
    );
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
    this.registerOutputs({ zoneId: this.zoneId });
  }
}
