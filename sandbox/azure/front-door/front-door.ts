import { isIP } from "node:net";
import type { HostPort, SandboxContext } from "../../contracts/contracts.ts";
import { parseArmId } from "../arm/arm-id.ts";
import type { ArmRecord, ArmSurroundings } from "../arm/resource-type.ts";
import { chooseEndpoint, type TrafficProfile } from "../traffic-manager/answer.ts";
import { Prober, type ProbeTask } from "../traffic-manager/prober.ts";
import { stableGuid } from "../types/stable-guid.ts";
import {
  endpointProperties,
  frontDoorTypes,
  originGroupProperties,
  originProperties,
  routeProperties,
} from "./schemas.ts";

const httpPort = 80;
const httpsPort = 443;
const probeTimeoutMs = 5000;

/** A change that is not in the records yet. */
interface Pending {
  readonly written?: ArmRecord;
  readonly removed?: string;
}

/**
 * Front Door's edge: for each endpoint two gateways (80 and 443) that pass every new connection on to the enabled, healthy
 * origin of highest priority. TLS goes through as it is and the Host header is the client's. The edge belongs to no region.
 * Deviations: one route an endpoint, chosen by no path; an origin is well again at its first good probe.
 */
export class FrontDoor {
  readonly #context: SandboxContext;
  readonly #prober: Prober;
  #around: ArmSurroundings | undefined;
  /** Changes that the records do not show yet, by key; undefined: removed. */
  readonly #pending = new Map<string, ArmRecord | undefined>();
  /** What each endpoint's connections go to; they are cut when that changes. */
  readonly #chosen = new Map<string, string>();

  constructor(context: SandboxContext) {
    this.#context = context;
    this.#prober = new Prober((name) => context.dns.resolve(name));
  }

  /** Announces an endpoint's name and opens its gateways. */
  async open(key: string, hostName: string): Promise<void> {
    const host = await this.#context.network.allocate("control", `afd/${key}`);
    for (const port of [httpPort, httpsPort]) {
      await this.#context.network.publish({
        name: gatewayOf(key, port),
        cloud: "control",
        listen: { host, port },
        target: () => this.#target(key, port),
      });
    }
    this.#context.dns.set(`azure-afd:${key}`, [{ name: hostName, type: "A", ttl: 5, data: host }]);
  }

  async close(key: string): Promise<void> {
    this.#context.dns.remove(`azure-afd:${key}`);
    for (const port of [httpPort, httpsPort]) await this.#context.network.unpublish(gatewayOf(key, port));
    this.#chosen.delete(key);
    await this.#context.network.release("control", `afd/${key}`);
  }

  /** Brings probes and connections in line with the records; `pending` ones count as already written or removed. */
  async sync(around: ArmSurroundings, pending: Pending = {}): Promise<void> {
    this.#around = around;
    for (const [key, record] of this.#pending) {
      if (around.find(key)?.properties === record?.properties) this.#pending.delete(key);
    }
    if (pending.written !== undefined) this.#pending.set(pending.written.id.toLowerCase(), pending.written);
    if (pending.removed !== undefined) this.#pending.set(pending.removed, undefined);
    this.#prober.watch(new Map(this.#all(frontDoorTypes.origins).flatMap((origin) => this.#probeOf(origin))));
    for (const endpoint of this.#all(frontDoorTypes.endpoints)) {
      const key = endpoint.id.toLowerCase();
      const now = JSON.stringify([this.#target(key, httpPort), this.#target(key, httpsPort)]);
      const before = this.#chosen.get(key);
      this.#chosen.set(key, now);
      const { hostName } = endpoint.properties;
      // Published anew: what is connected to the old origin is cut, and clients that keep connections move too.
      if (before !== undefined && before !== now && typeof hostName === "string") await this.open(key, hostName);
    }
  }

  async stop(): Promise<void> {
    this.#prober.stop();
    for (const key of this.#chosen.keys()) {
      for (const port of [httpPort, httpsPort]) await this.#context.network.unpublish(gatewayOf(key, port));
    }
    this.#chosen.clear();
  }

  #target(key: string, port: number): HostPort | undefined {
    const endpoint = this.#all(frontDoorTypes.endpoints).find(({ id }) => id.toLowerCase() === key);
    if (endpoint === undefined || endpointProperties.parse(endpoint.properties).enabledState === "Disabled")
      return undefined;
    const route = this.#all(frontDoorTypes.routes)
      .filter(({ id }) => parseArmId(id).parentKey === key)
      .map(({ properties }) => routeProperties.parse(properties))
      .find(({ enabledState, supportedProtocols }) => {
        return enabledState === "Enabled" && supportedProtocols.includes(port === httpPort ? "Http" : "Https");
      });
    if (route === undefined) return undefined;
    const origins = this.#all(frontDoorTypes.origins).filter(
      ({ id }) => parseArmId(id).parentKey === route.originGroup.id.toLowerCase(),
    );
    const chosen = chooseEndpoint(this.#profileOf(origins), 0);
    const origin = origins.find(({ id }) => id === chosen?.name);
    if (origin === undefined) return undefined;
    const { hostName, httpPort: plain, httpsPort: secure } = originProperties.parse(origin.properties);
    const host = isIP(hostName) === 0 ? this.#context.dns.resolve(hostName) : hostName;
    const https =
      route.forwardingProtocol === "HttpsOnly" || (route.forwardingProtocol === "MatchRequest" && port === httpsPort);
    return host === undefined ? undefined : { host, port: https ? secure : plain };
  }

  #profileOf(origins: readonly ArmRecord[]): TrafficProfile {
    return {
      enabled: true,
      method: "Priority",
      endpoints: origins.map((origin) => {
        const { hostName, enabledState, priority, weight } = originProperties.parse(origin.properties);
        const probed = this.#probeOf(origin).length > 0;
        const health = probed ? this.#prober.health(origin.id.toLowerCase()) : "unmonitored";
        return { name: origin.id, target: hostName, enabled: enabledState === "Enabled", priority, weight, health };
      }),
    };
  }

  #probeOf(origin: ArmRecord): readonly (readonly [string, ProbeTask])[] {
    const { hostName, originHostHeader: _, ...ports } = originProperties.parse(origin.properties);
    const groupKey = parseArmId(origin.id).parentKey;
    const group = this.#all(frontDoorTypes.originGroups).find(({ id }) => id.toLowerCase() === groupKey);
    const { healthProbeSettings: settings, loadBalancingSettings: samples } = originGroupProperties.parse(
      group?.properties ?? {},
    );
    if (ports.enabledState === "Disabled" || settings === undefined || settings.probeProtocol === "NotSet") return [];
    const https = settings.probeProtocol === "Https";
    const task: ProbeTask = {
      target: hostName,
      intervalMs: settings.probeIntervalInSeconds * 1000,
      toleratedFailures: Math.max(0, samples.sampleSize - samples.successfulSamplesRequired),
      spec: {
        protocol: https ? "HTTPS" : "HTTP",
        port: https ? ports.httpsPort : ports.httpPort,
        path: settings.probePath,
        timeoutMs: probeTimeoutMs,
        headers: [],
        statusRanges: [{ min: 200, max: 200 }],
      },
    };
    return [[origin.id.toLowerCase(), task]];
  }

  #all(type: string): readonly ArmRecord[] {
    const kept = (this.#around?.all(type) ?? []).filter(({ id }) => !this.#pending.has(id.toLowerCase()));
    const changed = [...this.#pending.values()].filter(
      (record) => record !== undefined && parseArmId(record.id).type.toLowerCase() === type.toLowerCase(),
    );
    return [...kept, ...changed].filter((record) => record !== undefined);
  }
}

function gatewayOf(key: string, port: number): string {
  return `front-door-${stableGuid(key).slice(0, 8)}-${port}`;
}
