import type http from "node:http";
import { bodyOf, type LocalServer, serve } from "./local-server.ts";

interface Deployment {
  metadata: { name: string; generation: number };
  spec: { replicas: number };
  status: Record<string, number>;
}

/** Enough of a Kubernetes API for deployments, their scale, and pods: lists, watches, and a controller that takes its time. */
export class FakeKubernetes implements AsyncDisposable {
  readonly deployments = new Map<string, Deployment>();
  readonly pods = new Map<string, { name: string; of: string; phase: string }>();
  /** All that happened; a resource version is a place in it. */
  readonly #events: { kind: string; of: string; line: string }[] = [];
  readonly watchers = new Set<{ kind: "deployments" | "pods"; of: string; response: http.ServerResponse }>();
  /** Requests that get no answer. */
  frozen = false;
  stepMs = 30;
  #server: LocalServer | undefined;

  static async start(): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes();
    fake.#server = await serve((request, response) => void fake.#handle(request, response));
    return fake;
  }

  get kubeconfig(): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "c",
      clusters: [{ name: "c", cluster: { server: this.#server?.url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: { token: "cluster-admin-token" } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    });
  }

  add(name: string, replicas: number): void {
    const status = {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    };
    this.deployments.set(name, { metadata: { name, generation: 1 }, spec: { replicas }, status });
    for (let index = 0; index < replicas; index++)
      this.pods.set(`${name}-${index}`, { name: `${name}-${index}`, of: name, phase: "Running" });
  }

  breakWatches(): void {
    for (const { response } of this.watchers) response.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (this.frozen) return;
    const url = new URL(request.url ?? "", "http://x");
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.headers.authorization !== "Bearer cluster-admin-token") return void answer(401, { message: "who?" });
    const [, , , , , , kind, name] = url.pathname.replace("/api/v1/", "/api/core/v1/").split("/");
    if (kind !== "deployments" && kind !== "pods") return void answer(404, { message: "no such path" });
    const of = (url.searchParams.get("labelSelector") ?? "").replace("app=", "");
    if (name !== undefined) {
      const deployment = this.deployments.get(name);
      if (deployment === undefined) return void answer(404, { message: `deployments "${name}" not found` });
      if (request.method === "PATCH") this.#scale(deployment, JSON.parse(await bodyOf(request)).spec.replicas);
      return void answer(200, {
        spec: deployment.spec,
        status: { replicas: deployment.status["replicas"], selector: `app=${name}` },
      });
    }
    if (url.searchParams.get("watch") === "true") {
      const watcher = { kind, of, response } as const;
      this.watchers.add(watcher);
      response.on("close", () => this.watchers.delete(watcher));
      response.writeHead(200).flushHeaders();
      const since = this.#events.slice(Number(url.searchParams.get("resourceVersion")));
      for (const event of since) if (event.kind === kind && event.of === of) response.write(event.line);
      return;
    }
    const items = kind === "deployments" ? [...this.deployments.values()] : this.#podsOf(of).map(asPod);
    answer(200, { metadata: { resourceVersion: String(this.#events.length) }, items });
  }

  #podsOf(of: string) {
    return [...this.pods.values()].filter((pod) => pod.of === of);
  }

  /** As the controllers do: the order is seen later, then pods come or go one by one. */
  #scale(deployment: Deployment, replicas: number): void {
    if (deployment.spec.replicas === replicas) return;
    deployment.spec.replicas = replicas;
    deployment.metadata.generation++;
    const { name, generation } = deployment.metadata;
    let step = 0;
    const later = (work: () => void) => setTimeout(work, ++step * this.stepMs);
    // What has failed is no replica any more, and stays until somebody collects it.
    const active = this.#podsOf(name).filter(({ phase }) => phase === "Running");
    for (const pod of active.slice(replicas)) {
      // The deployment forgets a pod before it is gone.
      later(() =>
        this.#report(deployment, {
          observedGeneration: generation,
          replicas,
          readyReplicas: replicas,
          availableReplicas: replicas,
        }),
      );
      later(() => {
        this.pods.delete(pod.name);
        this.#tell("pods", name, "DELETED", asPod(pod));
      });
    }
    for (let index = active.length; index < replicas; index++) {
      const pod = { name: `${name}-${index}`, of: name, phase: "Running" };
      later(() => this.pods.set(pod.name, pod));
      later(() => {
        const ready = index + 1;
        this.#report(deployment, {
          observedGeneration: generation,
          replicas,
          updatedReplicas: ready,
          readyReplicas: ready,
          availableReplicas: ready,
        });
      });
    }
  }

  #report(deployment: Deployment, status: Record<string, number>): void {
    Object.assign(deployment.status, status);
    this.#tell("deployments", "", "MODIFIED", deployment);
  }

  #tell(kind: string, of: string, type: string, object: object): void {
    const line = `${JSON.stringify({ type, object })}\n`;
    this.#events.push({ kind, of, line });
    for (const watcher of this.watchers) if (watcher.kind === kind && watcher.of === of) watcher.response.write(line);
  }
}

function asPod(pod: { name: string; phase: string }) {
  return { metadata: { name: pod.name }, status: { phase: pod.phase } };
}
