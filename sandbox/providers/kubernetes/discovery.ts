import { z } from "zod";
import type { KubeClient } from "../../kubernetes/api/kube-client.ts";
import { KubeError } from "../../kubernetes/api/kube-error.ts";

const resourceListSchema = z.object({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** The server has no such kind: most often a custom resource whose definition is not there. In client-go's words. */
export class NoMatchError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

export interface ResourcePath {
  readonly namespaced: boolean;
  /** e.g. /apis/apps/v1/namespaces/default/deployments */
  collection(namespace: string | undefined): string;
}

/** Where kinds live, as the API server tells. Answers are kept; a kind that is missing is asked for again (CRDs come later). */
export class Discovery {
  readonly #client: KubeClient;
  readonly #groups = new Map<string, Promise<z.infer<typeof resourceListSchema>["resources"]>>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** Throws {@link NoMatchError} when the server does not have the kind. */
  async find(apiVersion: string, kind: string, signal: AbortSignal): Promise<ResourcePath> {
    const known = (await this.#resources(apiVersion, signal, false)).find((one) => isKind(one, kind));
    const found = known ?? (await this.#resources(apiVersion, signal, true)).find((one) => isKind(one, kind));
    if (found === undefined) throw new NoMatchError(apiVersion, kind);
    const root = rootOf(apiVersion);
    return {
      namespaced: found.namespaced,
      collection: (namespace) =>
        found.namespaced && namespace !== undefined
          ? `${root}/namespaces/${namespace}/${found.name}`
          : `${root}/${found.name}`,
    };
  }

  #resources(apiVersion: string, signal: AbortSignal, fresh: boolean) {
    const before = fresh ? undefined : this.#groups.get(apiVersion);
    if (before !== undefined) return before;
    const asked = this.#client.get(rootOf(apiVersion), { signal }).then(
      (answer) => resourceListSchema.parse(answer).resources,
      (error: unknown) => {
        this.#groups.delete(apiVersion);
        if (KubeError.is(error, 404)) return [];
        throw error;
      },
    );
    this.#groups.set(apiVersion, asked);
    return asked;
  }
}

function isKind(resource: { readonly name: string; readonly kind: string }, kind: string): boolean {
  return resource.kind === kind && !resource.name.includes("/");
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
