import type { KubeClient } from "../api/kube-client.ts";
import { KubeError } from "../api/kube-error.ts";
import type { Node } from "../api/objects.ts";
import { nodeAddressAnnotation } from "./agent-config.ts";

const heartbeatMs = 10_000;

/** Keeps one node Ready: its status once, its lease every 10 s, its status again when somebody else made it unready. */
export class NodeKeeper {
  readonly #client: KubeClient;
  readonly #name: string;
  readonly #address: string;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(client: KubeClient, node: Node) {
    this.#client = client;
    this.#name = node.metadata.name;
    this.#address = node.metadata.annotations?.[nodeAddressAnnotation] ?? "";
  }

  get address(): string {
    return this.#address;
  }

  start(): void {
    void this.#beat(true);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** The node as the watch shows it: after a long freeze the control plane may have called it unready. */
  seen(node: Node): void {
    const ready = node.status.conditions?.find(({ type }) => type === "Ready");
    if (ready !== undefined && ready.status !== "True") void this.#report();
  }

  async #beat(first: boolean): Promise<void> {
    if (this.#stopped) return;
    const ok = (!first || (await this.#report())) && (await this.#renew());
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#beat(first && !ok), ok ? heartbeatMs : 1000);
  }

  async #report(): Promise<boolean> {
    const now = new Date().toISOString();
    const condition = (type: string, status: string, reason: string) => ({
      type,
      status,
      reason,
      message: "",
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    });
    const resources = { cpu: "8", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi" };
    return this.#try("status", () =>
      this.#client.request("PATCH", `/api/v1/nodes/${this.#name}/status`, {
        contentType: "application/strategic-merge-patch+json",
        body: {
          status: {
            capacity: resources,
            allocatable: resources,
            addresses: [
              { type: "InternalIP", address: this.#address },
              { type: "Hostname", address: this.#name },
            ],
            conditions: [
              condition("Ready", "True", "KubeletReady"),
              condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
              condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
              condition("PIDPressure", "False", "KubeletHasSufficientPID"),
            ],
            nodeInfo: {
              kubeletVersion: "v1.34.0",
              operatingSystem: "linux",
              architecture: "amd64",
              osImage: "pilotlight sandbox",
              containerRuntimeVersion: "processes://1",
            },
          },
        },
      }),
    );
  }

  async #renew(): Promise<boolean> {
    const path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    const body = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: this.#name },
      spec: {
        holderIdentity: this.#name,
        leaseDurationSeconds: 40,
        renewTime: new Date().toISOString().replace("Z", "000Z"),
      },
    };
    return this.#try("lease", () =>
      this.#client.request("PATCH", `${path}/${this.#name}`, {
        body,
        contentType: "application/apply-patch+yaml",
        query: { fieldManager: "kubelet", force: "true" },
      }),
    );
  }

  async #try(what: string, call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      if (KubeError.is(error, 404)) return true;
      console.error(`node ${this.#name} ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
