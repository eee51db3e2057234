import { isIP } from "node:net";
import type { DnsRecord, SandboxContext } from "../../contracts/contracts.ts";
import { type ArmId, parseArmId } from "../arm/arm-id.ts";
import type { ArmRecord, ArmSurroundings } from "../arm/resource-type.ts";
import { chooseEndpoint, type TrafficProfile } from "./answer.ts";
import { Prober, type ProbeTask } from "./prober.ts";
import { endpointProperties, profileProperties } from "./schemas.ts";

export const profilesType = "Microsoft.Network/trafficManagerProfiles";
export const endpointsType = `${profilesType}/externalEndpoints`;

/** Probes and DNS answers of all Traffic Manager profiles. */
export class TrafficManager {
  readonly #context: SandboxContext;
  readonly #prober: Prober;

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#prober = new Prober((name) => context.dns.resolve(name));
  }

  /** Puts probing in line with the profiles and endpoints that exist; `pending` ones count as already written or removed. */
  sync(around: ArmSurroundings, pending: { readonly written?: ArmRecord; readonly removed?: string } = {}): void {
    const tasks = new Map<string, ProbeTask>();
    for (const record of this.#all(around, profilesType, pending)) {
      const profile = profileProperties.parse(record.properties);
      for (const endpoint of this.#all(around, endpointsType, pending)) {
        const id = parseArmId(endpoint.id);
        const { endpointStatus, target, alwaysServe } = endpointProperties.parse(endpoint.properties);
        if (id.parentKey !== record.id.toLowerCase() || profile.profileStatus !== "Enabled") continue;
        if (endpointStatus !== "Enabled" || alwaysServe === "Enabled") continue;
        const { monitorConfig: monitor } = profile;
        tasks.set(id.key, {
          target,
          intervalMs: monitor.intervalInSeconds * 1000,
          toleratedFailures: monitor.toleratedNumberOfFailures,
          spec: {
            protocol: monitor.protocol,
            port: monitor.port,
            path: monitor.path ?? "/",
            timeoutMs: monitor.timeoutInSeconds * 1000,
            headers: monitor.customHeaders ?? [],
            statusRanges: monitor.expectedStatusCodeRanges ?? [{ min: 200, max: 200 }],
          },
        });
      }
    }
    this.#prober.watch(tasks);
  }

  /** A profile with its endpoints as they are now. */
  profile(key: string, record: ArmRecord, around: ArmSurroundings): TrafficProfile {
    const { profileStatus, trafficRoutingMethod } = profileProperties.parse(record.properties);
    return {
      enabled: profileStatus === "Enabled",
      method: trafficRoutingMethod,
      endpoints: around.children(key, endpointsType).map((child) => {
        const properties = endpointProperties.parse(child.properties);
        const always = properties.alwaysServe === "Enabled";
        return {
          name: parseArmId(child.id).name,
          target: properties.target,
          enabled: properties.endpointStatus === "Enabled",
          priority: properties.priority ?? 1,
          weight: properties.weight,
          health: always ? "unmonitored" : this.#prober.health(child.id.toLowerCase()),
        };
      }),
    };
  }

  announce(id: ArmId, fqdn: string, around: ArmSurroundings): void {
    this.#context.dns.setDynamic(ownerOf(id), fqdn, () => this.#answer(id, fqdn, around));
  }

  withdraw(id: ArmId): void {
    this.#context.dns.remove(ownerOf(id));
  }

  stop(): void {
    this.#prober.stop();
  }

  #answer(id: ArmId, fqdn: string, around: ArmSurroundings): readonly DnsRecord[] {
    const record = around.find(id.key);
    if (record === undefined) return [];
    const chosen = chooseEndpoint(this.profile(id.key, record, around), Math.random());
    if (chosen === undefined) return [];
    const { ttl } = profileProperties.parse(record.properties).dnsConfig;
    return [{ name: fqdn, type: isIP(chosen.target) === 0 ? "CNAME" : "A", ttl, data: chosen.target }];
  }

  #all(
    around: ArmSurroundings,
    type: string,
    { written, removed }: { readonly written?: ArmRecord; readonly removed?: string },
  ): readonly ArmRecord[] {
    const key = written?.id.toLowerCase();
    const rest = around.all(type).filter(({ id }) => id.toLowerCase() !== key && id.toLowerCase() !== removed);
    const mine = written !== undefined && parseArmId(written.id).type.toLowerCase() === type.toLowerCase();
    return mine ? [...rest, written] : rest;
  }
}

function ownerOf(id: ArmId): string {
  return `azure-tm:${id.key}`;
}
