import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Output,
  type Resource,
  secret,
} from "@pulumi/pulumi";
import { type LoadBalancerCloud, loadBalancerAnnotations } from "./load-balancer.ts";
import {
  BLOB_ACCOUNT_KEY_FILE,
  DATABASE_PASSWORD_FILE,
  type PodSettings,
  podSpec,
  SECRET_NAME,
  SERVICE_ACCOUNT,
  type WorkloadService,
} from "./pod-template.ts";

export interface ServiceWorkloadArgs extends PodSettings {
  readonly namespace: string;
  readonly services: readonly WorkloadService[];
  /** False: every Deployment has no replicas. */
  readonly active: boolean;
  /** Load balancers listen here. */
  readonly servicePort: number;
  readonly cloud: LoadBalancerCloud;
  /** Made before everything here, and deleted after it. */
  readonly after?: readonly Resource[];
  /** Its deletion takes everything here with it, so nothing is deleted one by one (and no cluster asked). */
  readonly deletedWith?: Resource;
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

/** The application in a cluster: namespace, secret, and a Deployment with its load balancer for each service. */
export class ServiceWorkload extends ComponentResource {
  readonly #name: string;
  readonly #args: ServiceWorkloadArgs;
  readonly #hosts = new Map<string, Output<string>>();

  constructor(name: string, args: ServiceWorkloadArgs, options?: ComponentResourceOptions) {
    super("pilotlight:kubernetes:ServiceWorkload", name, {}, options);
    this.#name = name;
    this.#args = args;
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: args.namespace, labels: { "app.kubernetes.io/managed-by": "pilotlight" } } },
      this.#options(),
    );
    const around = [this.#secret(namespace), this.#serviceAccount(namespace)];
    for (const service of args.services) {
      this.#deployment(service, around);
      this.#hosts.set(service.name, this.#loadBalancer(service, namespace));
    }
    this.registerOutputs({});
  }

  /** Name or address of a service's load balancer. Errors: no such service. */
  host(service: string): Output<string> {
    const host = this.#hosts.get(service);
    if (!host)
      throw new Error(`no service ${service} in this workload; there are ${[...this.#hosts.keys()].join(", ")}`);
    return host;
  }

  #secret(namespace: Namespace): Secret {
    const { database, objects } = this.#args;
    const files = {
      [DATABASE_PASSWORD_FILE]: secret(database.password),
      ...(objects.kind === "blob" ? { [BLOB_ACCOUNT_KEY_FILE]: secret(objects.accountKey) } : {}),
    };
    return new Secret(
      `${this.#name}-secret`,
      { metadata: this.#metadata(SECRET_NAME), type: "Opaque", stringData: files },
      this.#options(namespace),
    );
  }

  #serviceAccount(namespace: Namespace): ServiceAccount {
    return new ServiceAccount(
      `${this.#name}-account`,
      { metadata: this.#metadata(SERVICE_ACCOUNT), automountServiceAccountToken: false },
      this.#options(namespace),
    );
  }

  #deployment(service: WorkloadService, after: readonly Resource[]): Deployment {
    const labels = { "app.kubernetes.io/name": service.name };
    return new Deployment(
      `${this.#name}-${service.name}`,
      {
        metadata: { ...this.#metadata(service.name, labels), annotations: { ...TAKE_OWNERSHIP, ...NO_WAIT } },
        spec: {
          replicas: this.#args.active ? service.replicas : 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: podSpec(service, this.#args) },
        },
      },
      this.#options(...after),
    );
  }

  #loadBalancer(service: WorkloadService, namespace: Namespace): Output<string> {
    const labels = { "app.kubernetes.io/name": service.name };
    const annotations = { ...loadBalancerAnnotations(this.#args.cloud, service.role), ...WAIT_FOR_ADDRESS };
    const { status } = new Service(
      `${this.#name}-${service.name}`,
      {
        metadata: { ...this.#metadata(service.name, labels), annotations },
        spec: {
          type: "LoadBalancer",
          selector: labels,
          ports: [{ name: "http", port: this.#args.servicePort, targetPort: "http", protocol: "TCP" }],
        },
      },
      this.#options(namespace),
    );
    return status.apply((known) => {
      const ingress = known?.loadBalancer?.ingress?.[0];
      const host = ingress?.hostname ?? ingress?.ip;
      if (!host) {
        throw new Error(
          `Service ${service.name}: no load balancer address in its status; run the update again with --refresh`,
        );
      }
      return host;
    });
  }

  #metadata(name: string, labels: Readonly<Record<string, string>> = {}) {
    return {
      name,
      namespace: this.#args.namespace,
      labels: { "app.kubernetes.io/managed-by": "pilotlight", ...labels },
    };
  }

  #options(...dependsOn: readonly Resource[]): CustomResourceOptions {
    const { after = [], deletedWith } = this.#args;
    return { parent: this, dependsOn: [...after, ...dependsOn], ...(deletedWith ? { deletedWith } : {}) };
  }
}
