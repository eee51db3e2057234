import { createHash } from "node:crypto";
import { z } from "zod";
import { isCreatable } from "../../components/kubernetes-versions.ts";
import type { ClusterAccess, KubernetesService, Logger } from "../contracts/contracts.ts";
import { ProvisioningClock } from "../provisioning/clock.ts";
import { type ApiAnswer, errorAnswer, isSuccess, withBody } from "./api-answer.ts";
import type { ApiCall } from "./api-call.ts";
import { clusterVersions } from "./cluster-versions.ts";
import type { DataPlane } from "./data-plane.ts";
import type { MotoClient } from "./moto-client.ts";
import { Tasks } from "./tasks.ts";

type Status = "CREATING" | "UPDATING" | "ACTIVE" | "FAILED" | "CREATE_FAILED" | "DEGRADED";

interface Cluster {
  readonly region: string;
  access: ClusterAccess | undefined;
  status: Status;
  readonly nodeGroups: Map<string, { status: Status }>;
}

const answerSchema = z.looseObject({
  cluster: z.looseObject({ name: z.string(), arn: z.string().optional(), createdAt: z.unknown() }).optional(),
  nodegroup: z.looseObject({ clusterName: z.string(), nodegroupName: z.string() }).optional(),
});
const createSchema = z.object({ name: z.string(), version: z.string().optional() });
const nodeGroupSchema = z.object({
  nodegroup: z.object({ scalingConfig: z.object({ desiredSize: z.number().int() }) }),
});

/** Real Kubernetes clusters behind EKS. A cluster or node group is ACTIVE when it truly is there. */
export class EksPlane implements DataPlane {
  readonly service = "eks";
  readonly #kubernetes: KubernetesService;
  readonly #moto: MotoClient;
  readonly #logger: Logger;
  readonly #tasks = new Tasks();
  readonly #clusters = new Map<string, Cluster>();
  readonly #changedClusters = new Set<string>();
  readonly #removedClusters = new Set<string>();
  /** By `<cluster>/<node group>`. */
  readonly #changedNodeGroups = new Set<string>();
  readonly #clock: ProvisioningClock;

  constructor(options: {
    readonly kubernetes: KubernetesService;
    readonly moto: MotoClient;
    readonly logger: Logger;
    /** Default: changes take no time of their own. */
    readonly clock?: ProvisioningClock;
  }) {
    this.#clock = options.clock ?? new ProvisioningClock();
    this.#kubernetes = options.kubernetes;
    this.#moto = options.moto;
    this.#logger = options.logger;
  }

  reset(): void {
    this.#clusters.clear();
    this.#changedClusters.clear();
    this.#removedClusters.clear();
    this.#changedNodeGroups.clear();
  }

  /** Clusters are known by name alone, to Kubernetes and to who asks for a token. Versions are told here, as moto does not know them. */
  refuse(call: ApiCall, body: Buffer | undefined): ApiAnswer | undefined {
    if (call.method === "GET" && call.path.split("?")[0] === "/cluster-versions") return clusterVersions();
    if (call.method !== "POST" || call.path !== "/clusters" || body === undefined) return undefined;
    const { name, version } = createSchema.catch({ name: "" }).parse(parseJson(body));
    if (version !== undefined && !isCreatable("eks", version, new Date().toISOString().slice(0, 10))) {
      return errorAnswer("eks", 400, "InvalidParameterException", "unsupported Kubernetes version");
    }
    const other = this.#clusters.get(name)?.region ?? call.region;
    if (other === call.region) return undefined;
    const text = `${name} is a cluster in ${other}; the sandbox wants names that are unique in all regions`;
    return errorAnswer("eks", 400, "InvalidParameterException", text);
  }

  note(call: ApiCall, answer: ApiAnswer): void {
    const { cluster, nodegroup } = answerSchema.catch({}).parse(parseJson(answer.body));
    const [, name, group, rest] =
      /^\/clusters(?:\/([^/?]+)(?:\/node-groups(?:\/([^/?]+)(\/update-config)?)?)?)?(?:\?.*)?$/.exec(call.path) ?? [];
    if (call.method === "POST" && cluster !== undefined && name === undefined) this.#createCluster(cluster.name, call);
    else if (call.method === "POST" && nodegroup !== undefined && name !== undefined && group === undefined) {
      this.#clusters.get(name)?.nodeGroups.set(nodegroup.nodegroupName, { status: "CREATING" });
      this.#changedNodeGroups.add(`${name}/${nodegroup.nodegroupName}`);
    } else if (call.method === "POST" && name !== undefined && group !== undefined && rest !== undefined) {
      const noted = this.#clusters.get(name)?.nodeGroups.get(group);
      if (noted?.status === "ACTIVE") noted.status = "UPDATING";
      this.#changedNodeGroups.add(`${name}/${group}`);
    } else if (call.method === "DELETE" && name !== undefined && group !== undefined) {
      this.#clusters.get(name)?.nodeGroups.delete(group);
      this.#changedNodeGroups.add(`${name}/${group}`);
    } else if (call.method === "DELETE" && name !== undefined && /^\/clusters\/[^/]+$/.test(call.path)) {
      this.#clusters.delete(name);
      this.#changedClusters.delete(name);
      this.#removedClusters.add(name);
    }
  }

  async settle(): Promise<void> {
    for (const name of this.#removedClusters) {
      this.#add(name, () => this.#kubernetes.removeCluster({ cloud: "aws", name }));
    }
    for (const name of this.#changedClusters) {
      const passed = this.#clock.begin("eks:cluster", "create");
      this.#add(
        name,
        () => this.#ensureCluster(name, passed),
        () => this.#setStatus(name, "FAILED"),
      );
    }
    for (const key of this.#changedNodeGroups) {
      const [name = "", group = ""] = key.split("/");
      const cluster = this.#clusters.get(name);
      if (cluster === undefined) continue;
      const isNew = cluster.nodeGroups.get(group)?.status === "CREATING";
      const passed = this.#clock.begin("eks:nodegroup", isNew ? "create" : "update");
      this.#add(
        name,
        () => this.#ensureNodeGroup(name, group, passed),
        () => this.#setNodeGroupStatus(name, group, "CREATE_FAILED"),
      );
    }
    this.#removedClusters.clear();
    this.#changedClusters.clear();
    this.#changedNodeGroups.clear();
  }

  rewrite(_call: ApiCall, answer: ApiAnswer): ApiAnswer {
    if (!isSuccess(answer)) return answer;
    const parsed = answerSchema.safeParse(parseJson(answer.body));
    if (!parsed.success) return answer;
    const { cluster, nodegroup } = parsed.data;
    const known = this.#clusters.get(cluster?.name ?? nodegroup?.clusterName ?? "");
    if (known === undefined) return answer;
    if (cluster !== undefined) {
      cluster["status"] = known.status;
      cluster["endpoint"] = known.access?.endpoint ?? null;
      cluster["certificateAuthority"] = known.access && { data: known.access.certificateAuthorityData };
      cluster["identity"] = { oidc: { issuer: issuerOf(known.region, `${cluster.arn} ${cluster.createdAt}`) } };
    }
    if (nodegroup !== undefined) {
      nodegroup["status"] = known.nodeGroups.get(nodegroup.nodegroupName)?.status ?? nodegroup["status"];
    }
    return withBody(answer, JSON.stringify(parsed.data));
  }

  stop(): Promise<void> {
    return this.#tasks.idle();
  }

  #createCluster(name: string, call: ApiCall): void {
    this.#clusters.set(name, { region: call.region, access: undefined, status: "CREATING", nodeGroups: new Map() });
    // A replay tells of the one before and its removal too; only the one that is there counts, and it keeps its data.
    this.#removedClusters.delete(name);
    this.#changedClusters.add(name);
  }

  async #ensureCluster(name: string, passed: () => Promise<void>): Promise<void> {
    const cluster = this.#clusters.get(name);
    if (cluster === undefined) return;
    const [access] = await Promise.all([this.#kubernetes.ensureCluster({ cloud: "aws", name }), passed()]);
    cluster.access = access;
    cluster.status = "ACTIVE";
  }

  async #ensureNodeGroup(name: string, group: string, passed: () => Promise<void>): Promise<void> {
    const cluster = this.#clusters.get(name);
    if (cluster === undefined) return;
    if (!cluster.nodeGroups.has(group)) {
      await this.#kubernetes.setNodePool({ cloud: "aws", name }, group, 0);
      return;
    }
    const answer = await this.#moto.read("eks", cluster.region, `/clusters/${name}/node-groups/${group}`);
    const { nodegroup } = nodeGroupSchema.parse(parseJson(answer.body));
    const { desiredSize } = nodegroup.scalingConfig;
    await Promise.all([this.#kubernetes.setNodePool({ cloud: "aws", name }, group, desiredSize), passed()]);
    this.#setNodeGroupStatus(name, group, "ACTIVE");
  }

  #setStatus(name: string, status: Status): void {
    const cluster = this.#clusters.get(name);
    if (cluster !== undefined) cluster.status = status;
  }

  #setNodeGroupStatus(name: string, group: string, status: Status): void {
    const noted = this.#clusters.get(name)?.nodeGroups.get(group);
    if (noted !== undefined) noted.status = status;
  }

  #add(name: string, job: () => Promise<void>, onFailure?: () => void): void {
    this.#tasks.add(name, job, (error) => {
      onFailure?.();
      this.#logger.error(`EKS cluster ${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** moto gives every cluster the same issuer. */
function issuerOf(region: string, identity: string): string {
  const id = createHash("sha256").update(identity).digest("hex").slice(0, 32).toUpperCase();
  return `https://oidc.eks.${region}.amazonaws.com/id/${id}`;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
