/** A failure that the AWS API answers instead of doing the call. */
export interface ApiFault {
  /** Signing name, e.g. `eks`; every service where it is absent. */
  readonly service?: string;
  /** e.g. 400 with `ThrottlingException`, 503 with `ServiceUnavailable`. */
  readonly status: number;
  readonly code: string;
  /** Share of the calls that fail, 0 to 1. Default 1. */
  readonly rate?: number;
}

/** API faults in force; the front asks before every call. */
export class ApiFaults {
  readonly #faults = new Map<string, ApiFault>();

  /** `undefined` ends the fault of that name. */
  set(name: string, fault: ApiFault | undefined): void {
    if (fault === undefined) this.#faults.delete(name);
    else this.#faults.set(name, fault);
  }

  list(): ReadonlyMap<string, ApiFault> {
    return this.#faults;
  }

  hit(service: string): ApiFault | undefined {
    return [...this.#faults.values()].find(
      (fault) => (fault.service ?? service) === service && Math.random() < (fault.rate ?? 1),
    );
  }
}
