import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { ApplicationNamespace } from "./application-namespace.ts";
import { LEASE_AGENT_RESOURCES, LEASE_AGENTS, LeaseAgent, type WriteLeaseSettings } from "./lease-agent.ts";
import { type LoadBalancerCloud, loadBalancerAnnotations } from "./load-balancer.ts";
import { type NamespaceQuota, quotaFor } from "./namespace-quota.ts";
import { type PodSettings, podSpec, SERVICE_ACCOUNT } from "./pod-template.ts";
import { autoscalerSpec, declaredReplicas, disruptionBudgetSpec, isAutoscaled } from "./scaling.ts";
import { accountAnnotations } from "./secret-source.ts";
import { servicePolicySpec } from "./service-policy.ts";
import { workloadSecret } from "./workload-secret.ts";
import { serviceLabels, type WorkloadService } from "./workload-service.ts";

export interface ServiceWorkloadArgs extends PodSettings {
  /** Name of the namespace that everything here lives in. */
  readonly namespace: string;
  /** What runs; names are unique. */
  readonly services: readonly WorkloadService[];
  /** False: every Deployment has no replicas. */
  readonly active: boolean;
  /** Load balancers listen here. */
  readonly servicePort: number;
  /** Where the cluster is, which decides what its load balancers look like. */
  readonly cloud: LoadBalancerCloud;
  /** Made before everything here, and deleted after it. Default: nothing. */
  readonly after?: readonly Resource[];
  /** Its deletion takes everything here with it, so nothing is deleted one by one (and no cluster asked). Default: none. */
  readonly deletedWith?: Resource;
  /** Hard limits of the namespace. Default: twice what the services take at their most. */
  readonly quota?: NamespaceQuota;
  /** Groups that may look at everything in the namespace but Secrets, and scale Deployments. Default: none. */
  readonly operatorGroups?: readonly string[];
  /** Traffic only where a service needs it. Default: true. */
  readonly networkPolicies?: boolean;
  /**
   * IPv4 blocks that may reach internal services besides the namespace: those of the nodes and of the network that internal
   * load balancers serve. Default: every private block (RFC 1918).
   */
  readonly internalSources?: readonly string[];
  /** Namespace of a Prometheus that scrapes the services (that of Observability). Default: none is let in to internal services. */
  readonly scrapedFrom?: string;
  /** Pods that renew the site's write lease. Default: none, and the site's database lets the application in for good. */
  readonly writeLease?: WriteLeaseSettings;
  /** A ServiceMonitor each, for clusters that run the Prometheus operator. Default: false. */
  readonly monitors?: boolean;
}

/**
 * The driver scales through the scale subresource, which makes it an owner of `replicas`; without this, an update would
 * stop at that conflict instead of making reality what the stack says.
 */
const TAKE_OWNERSHIP = { "pulumi.com/patchForce": "true" };

/**
 * Whether pods are ready is the driver's business: they are not before it has prepared the database, and waiting here
 * would hang the very first update and every failover.
 */
const NO_WAIT = { "pulumi.com/skipAwait": "true" };

/** The engine's own rule also waits for a ready pod, which an inactive site never has; the address is all we need. */
const WAIT_FOR_ADDRESS = { "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}" };

const PRIVATE_BLOCKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** The application in a cluster: its namespace, secret, and for each service a Deployment with all that belongs to it. */
export class ServiceWorkload extends ComponentResource {
  readonly #name: string;
  readonly #args: ServiceWorkloadArgs;
  readonly #hosts = new Map<string, Output<string>>();

  constructor(name: string, args: ServiceWorkloadArgs, options?: ComponentResourceOptions) {
    super("pilotlight:kubernetes:ServiceWorkload", name, {}, options);
    this.#name = name;
    this.#args = args;
    const { after, deletedWith, operatorGroups, networkPolicies = true, writeLease } = args;
    const agents = writeLease ? [{ pods: LEASE_AGENTS, resources: LEASE_AGENT_RESOURCES }] : [];
    const { quota = quotaFor(args.services, agents) } = args;
    const { namespace } = new ApplicationNamespace(
      name,
      {
        namespace: args.namespace,
        quota,
        denyByDefault: networkPolicies,
        ...(operatorGroups ? { operatorGroups } : {}),
        ...(after ? { after } : {}),
        ...(deletedWith ? { deletedWith } : {}),
      },
      { parent: this },
    );
    const inside = this.#options(namespace);
    const account = this.#serviceAccount(inside);
    const secrets = workloadSecret(name, args, this.#metadata, this.#options(namespace, account));
    for (const service of args.services) {
      const deployment = this.#deployment(service, this.#options(namespace, account, ...secrets));
      this.#service(service, inside);
      if (isAutoscaled(service)) this.#autoscaler(service, this.#options(deployment));
      if (service.replicas > 1) this.#disruptionBudget(service, inside);
      if (networkPolicies) this.#networkPolicy(service, inside);
      if (args.monitors ?? false) this.#monitor(service, inside);
    }
    if (writeLease) {
      const { site, database } = args;
      const { host, port, name: databaseName, sslMode } = database;
      new LeaseAgent(
        `${name}-lease`,
        {
          ...writeLease,
          site,
          database: { host, port, name: databaseName, sslMode },
          namespace: args.namespace,
          networkPolicy: networkPolicies,
          after: [...(after ?? []), namespace],
          ...(deletedWith ? { deletedWith } : {}),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }

  /** Name or address of a service's load balancer. Errors: no such service, or one behind a node port. */
  host(service: string): Output<string> {
    const host = this.#hosts.get(service);
    if (!host)
      throw new Error(
        `no service ${service} with a load balancer of its own; there are ${[...this.#hosts.keys()].join(", ")}`,
      );
    return host;
  }

  #serviceAccount(options: CustomResourceOptions): ServiceAccount {
    const annotations = accountAnnotations(this.#args.secretSource ?? { kind: "kubernetes" });
    return new ServiceAccount(
      `${this.#name}-account`,
      {
        metadata: {
          ...this.#metadata(SERVICE_ACCOUNT),
          ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
        },
        automountServiceAccountToken: false,
      },
      options,
    );
  }

  #deployment(service: WorkloadService, options: CustomResourceOptions): Deployment {
    const labels = serviceLabels(service);
    return new Deployment(
      `${this.#name}-${service.name}`,
      {
        metadata: { ...this.#metadata(service.name, labels), annotations: { ...TAKE_OWNERSHIP, ...NO_WAIT } },
        spec: {
          ...declaredReplicas(service, this.#args.active),
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: podSpec(service, this.#args) },
        },
      },
      options,
    );
  }

  #service(service: WorkloadService, options: CustomResourceOptions): void {
    const { cloud, servicePort } = this.#args;
    const labels = serviceLabels(service);
    const { nodePort } = service;
    const annotations =
      nodePort === undefined ? { ...loadBalancerAnnotations(cloud, service.role), ...WAIT_FOR_ADDRESS } : NO_WAIT;
    const port = { name: "http", port: servicePort, targetPort: "http", protocol: "TCP" };
    const { status } = new Service(
      `${this.#name}-${service.name}`,
      {
        metadata: { ...this.#metadata(service.name, labels), annotations },
        spec: {
          type: nodePort === undefined ? "LoadBalancer" : "NodePort",
          selector: labels,
          ports: [nodePort === undefined ? port : { ...port, nodePort }],
        },
      },
      options,
    );
    if (nodePort !== undefined) return;
    const host = status.apply((known) => {
      const ingress = known?.loadBalancer?.ingress?.[0];
      const found = ingress?.hostname ?? ingress?.ip;
      if (!found) {
        throw new Error(
          `Service ${service.name}: no load balancer address in its status; run the update again with --refresh`,
        );
      }
      return found;
    });
    this.#hosts.set(service.name, host);
  }

  #autoscaler(service: WorkloadService, options: CustomResourceOptions): void {
    new HorizontalPodAutoscaler(
      `${this.#name}-${service.name}`,
      { metadata: this.#metadata(service.name, serviceLabels(service)), spec: autoscalerSpec(service) },
      options,
    );
  }

  #disruptionBudget(service: WorkloadService, options: CustomResourceOptions): void {
    const labels = serviceLabels(service);
    new PodDisruptionBudget(
      `${this.#name}-${service.name}`,
      { metadata: this.#metadata(service.name, labels), spec: disruptionBudgetSpec(labels) },
      options,
    );
  }

  #networkPolicy(service: WorkloadService, options: CustomResourceOptions): void {
    const { cloud, database, internalSources = PRIVATE_BLOCKS, scrapedFrom } = this.#args;
    const context = { cloud: cloud.kind, databasePort: database.port, internalSources, scrapedFrom };
    new NetworkPolicy(
      `${this.#name}-${service.name}`,
      { metadata: this.#metadata(service.name, serviceLabels(service)), spec: servicePolicySpec(service, context) },
      options,
    );
  }

  #monitor(service: WorkloadService, options: CustomResourceOptions): void {
    const labels = serviceLabels(service);
    const scheme = this.#args.protocol === "HTTPS" ? "https" : "http";
    new CustomResource(
      `${this.#name}-${service.name}`,
      {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "ServiceMonitor",
        metadata: this.#metadata(service.name, labels),
        spec: {
          selector: { matchLabels: labels },
          endpoints: [{ port: "http", path: "/metrics", scheme, interval: "30s" }],
        },
      },
      options,
    );
  }

  readonly #metadata = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
    name,
    namespace: this.#args.namespace,
    labels: { "app.kubernetes.io/managed-by": "pilotlight", ...labels },
  });

  #options(...dependsOn: readonly Resource[]): CustomResourceOptions {
    const { after = [], deletedWith } = this.#args;
    return { parent: this, dependsOn: [...after, ...dependsOn], ...(deletedWith ? { deletedWith } : {}) };
  }
}
