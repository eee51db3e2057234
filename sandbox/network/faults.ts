import type { Cloud, LinkFault, Origin } from "../contracts/contracts.ts";

/** What happens to traffic on a connection just now. */
export interface Treatment {
  /** Nothing passes, nothing is answered. */
  readonly held: boolean;
  /** One-way delay in milliseconds. */
  readonly delayMs: number;
}

export const untouched: Treatment = { held: false, delayMs: 0 };

/** The faults in force. Pure state: gateways ask it for every connection, again after each change. */
export class Faults {
  readonly #down = new Set<Cloud>();
  readonly #links = new Map<string, { readonly from: Origin; readonly to: Cloud; readonly fault: LinkFault }>();

  setRegion(cloud: Cloud, state: "up" | "down"): void {
    if (cloud === "control") throw new Error("region must be aws or azure: the sandbox's own network has no faults");
    if (state === "down") this.#down.add(cloud);
    else this.#down.delete(cloud);
  }

  regionState(cloud: Cloud): "up" | "down" {
    return this.#down.has(cloud) ? "down" : "up";
  }

  setLink(from: Origin, to: Cloud, fault: LinkFault | undefined): void {
    if (to === "control") throw new Error("link target must be aws or azure: the sandbox's own network has no faults");
    const delayMs = fault?.delayMs;
    if (fault?.kind === "slow" && !(delayMs !== undefined && Number.isFinite(delayMs) && delayMs > 0)) {
      throw new Error(`delayMs is ${delayMs}; a slow link needs a positive number of milliseconds`);
    }
    if (fault === undefined) this.#links.delete(`${from} ${to}`);
    else this.#links.set(`${from} ${to}`, { from, to, fault });
  }

  links(): readonly { readonly from: Origin; readonly to: Cloud; readonly fault: LinkFault }[] {
    return [...this.#links.values()];
  }

  /** Whether the answer for connections to `to` depends on where they come from; finding that out costs a look through /proc. */
  concerns(to: Cloud): boolean {
    if (to === "control") return false;
    return this.#down.size > 0 || [...this.#links.values()].some((link) => link.to === to);
  }

  /** A region that is down still talks to itself. A link fault acts on connections opened by `from`. */
  treatment(from: Origin, to: Cloud): Treatment {
    if (to === "control") return untouched;
    const inCloud = from === "aws" || from === "azure";
    const farSideDown = from !== to && (this.#down.has(to) || (inCloud && this.#down.has(from)));
    const fault = this.#links.get(`${from} ${to}`)?.fault;
    return { held: farSideDown || fault?.kind === "cut", delayMs: fault?.kind === "slow" ? (fault.delayMs ?? 0) : 0 };
  }
}
