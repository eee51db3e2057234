export interface ApiFault {
  readonly cloud: "aws" | "azure";
  /** As the cloud calls it (`rds`; `Microsoft.Network/trafficManagerProfiles`), or `all`. */
  readonly service: string;
  /** `throttle`: told to come back later. `fail`: the service is broken. */
  readonly how: "throttle" | "fail";
  /** Of the calls, 0 (none) to 1 (every one). */
  readonly share: number;
}

/** Which management APIs fail just now: faults, forgotten when the sandbox stops. Each cloud asks before every call. */
export class ApiFaults {
  readonly #faults = new Map<string, ApiFault>();
  readonly #random: () => number;

  /** `random`: 0 up to 1, decides about each call where a fault hits a share of them. Default Math.random. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** The newest of one service stands. */
  set(fault: ApiFault): void {
    this.#faults.set(keyOf(fault), fault);
  }

  /** Healing `all` heals those that were named as well. */
  heal(cloud: ApiFault["cloud"], service: string): void {
    for (const [key, fault] of this.#faults) {
      if (fault.cloud === cloud && (service === "all" || key === keyOf({ cloud, service }))) this.#faults.delete(key);
    }
  }

  list(): readonly ApiFault[] {
    return [...this.#faults.values()];
  }

  /** What a call to `service` meets; undefined: nothing. A fault of a service is one of all that is below it, too (`a/b` of `a`). */
  hit(cloud: ApiFault["cloud"], service: string): ApiFault["how"] | undefined {
    return this.list().find(
      (fault) => fault.cloud === cloud && covers(fault.service, service) && this.#random() < fault.share,
    )?.how;
  }
}

function keyOf({ cloud, service }: Pick<ApiFault, "cloud" | "service">): string {
  return `${cloud} ${service.toLowerCase()}`;
}

function covers(broken: string, service: string): boolean {
  return broken === "all" || `${service}/`.toLowerCase().startsWith(`${broken}/`.toLowerCase());
}
