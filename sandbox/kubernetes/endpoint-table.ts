import type { HostPort } from "../contracts/contracts.ts";
import { localOf } from "./addresses.ts";
import type { EndpointSlice } from "./api/objects.ts";

const serviceLabel = "kubernetes.io/service-name";

/** The ready endpoints of every service of a cluster, and whose turn it is. */
export class EndpointTable {
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #turns = new Map<string, number>();

  put(slice: EndpointSlice): void {
    this.#slices.set(`${slice.metadata.namespace}/${slice.metadata.name}`, slice);
  }

  remove(slice: EndpointSlice): void {
    this.#slices.delete(`${slice.metadata.namespace}/${slice.metadata.name}`);
  }

  /** Where the next connection to a service's port goes (`portName` is empty for a nameless port); undefined: no pod is ready. */
  next(service: string, portName: string): HostPort | undefined {
    const ready = this.ready(service, portName);
    if (ready.length === 0) return undefined;
    const key = `${service}:${portName}`;
    const turn = (this.#turns.get(key) ?? -1) + 1;
    this.#turns.set(key, turn);
    return ready[turn % ready.length];
  }

  /** `service` is `namespace/name`. */
  ready(service: string, portName: string): readonly HostPort[] {
    return [...this.#slices.values()]
      .filter(({ metadata }) => `${metadata.namespace}/${metadata.labels?.[serviceLabel]}` === service)
      .flatMap(({ endpoints, ports }) => {
        // A slice holds the pods' own ports, with the service's port names.
        const port = ports?.find((one) => (one.name ?? "") === portName)?.port;
        if (port === undefined || port === null) return [];
        return (endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready !== false)
          .flatMap(({ addresses }) => addresses.map((address) => ({ host: localOf(address), port })));
      });
  }
}
