import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** Options of `PublicIp`. */
export interface PublicIpArgs {
  /** Name of the address. */
  readonly name: string;
  /** Resource group of the address. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** First label of `<label>.<region>.cloudapp.azure.com`. Undefined: an address without a name. */
  readonly dnsLabel?: string;
  /** Tags of the address. */
  readonly tags: Tags;
}

/** A static address that outlives the cluster behind it, so that DNS and firewalls know it before a failover. */
export class PublicIp extends ComponentResource {
  /** Resource id. */
  readonly id: Output<string>;
  /** Name of the resource. */
  readonly name: Output<string>;
  /** IPv4 address. */
  readonly address: Output<string>;
  /** Empty without `dnsLabel`. */
  readonly fqdn: string;

  constructor(name: string, args: PublicIpArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:PublicIp", name, {}, options);
    const address = new PublicIPAddress(
      `${name}-address`,
      {
        publicIpAddressName: args.name,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        sku: { name: "Standard", tier: "Regional" },
        publicIPAllocationMethod: "Static",
        publicIPAddressVersion: "IPv4",
        ...(args.dnsLabel ? { dnsSettings: { domainNameLabel: args.dnsLabel } } : {}),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    this.id = address.id;
    this.name = address.name;
    this.address = address.ipAddress.apply((ip) => {
      if (!ip) throw new Error(`public IP ${args.name} has no address, though it is static; look at it in Azure`);
      return ip;
    });
    this.fqdn = args.dnsLabel ? `${args.dnsLabel}.${args.location}.cloudapp.azure.com` : "";
    this.registerOutputs({ address: this.address, fqdn: this.fqdn });
  }
}
