import type { PrimaryOutputs, Site, StandbyOutputs } from "../../stacks/outputs.ts";
import { DriverError } from "../domain/errors.ts";
import type { Instant } from "../domain/instant.ts";
import type { Clock } from "../ports/clock.ts";
import type { Infrastructure } from "../ports/infrastructure.ts";

/** Reading saved outputs starts the engine's CLI; a health watch asks for them every second. */
const keepMs = 15_000;

type Outputs = { readonly primary: PrimaryOutputs; readonly standby: StandbyOutputs };

/** The saved outputs of both stacks, kept for some seconds and forgotten at every update that this driver makes. */
export class OutputsReader {
  readonly #infrastructure: Infrastructure;
  readonly #clock: Clock;
  readonly #kept = new Map<Site, { readonly at: Instant; readonly value: Promise<Outputs[Site] | undefined> }>();

  constructor(infrastructure: Infrastructure, clock: Clock) {
    this.#infrastructure = infrastructure;
    this.#clock = clock;
  }

  forget(): void {
    this.#kept.clear();
  }

  /** Undefined: never deployed. */
  find<S extends Site>(site: S): Promise<Outputs[S] | undefined> {
    const now = this.#clock.monotonic();
    const known = this.#kept.get(site);
    // The map holds what was read for this very site, which the compiler cannot follow through the key.
    if (known !== undefined && now.since(known.at) < keepMs) return known.value as Promise<Outputs[S] | undefined>;
    const value = this.#read(site);
    this.#kept.set(site, { at: now, value });
    value.catch(() => this.#kept.delete(site));
    return value as Promise<Outputs[S] | undefined>;
  }

  /** @throws DriverError `not-found` where the stack was never deployed. */
  async get<S extends Site>(site: S): Promise<Outputs[S]> {
    const found = await this.find(site);
    if (found !== undefined) return found;
    throw new DriverError("not-found", `the ${site} stack has never been deployed: run \`pilotlight up\` first`);
  }

  #read(site: Site): Promise<Outputs[Site] | undefined> {
    return site === "primary" ? this.#infrastructure.primary() : this.#infrastructure.standby();
  }
}
