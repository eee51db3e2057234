import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { LoadBalancerCloud } from "../kubernetes/load-balancer.ts";
import type { WorkloadDatabase, WorkloadObjects } from "../kubernetes/pod-template.ts";
import { ServiceWorkload } from "../kubernetes/service-workload.ts";
import type { WorkloadService } from "../kubernetes/workload-service.ts";
import { dependencies } from "./dependencies.ts";
import type { Cloud, ObjectStoreKind, ServiceRole, Site, SslMode, WebProtocol } from "./vocabulary.ts";

/** One service of the application. */
export interface ApplicationService extends WorkloadService {
  /** Who reaches it. */
  readonly role: ServiceRole;
}

/** The application's database, as its pods reach it. */
export interface ApplicationDatabase extends WorkloadDatabase {
  /** Whether connections are encrypted. */
  readonly sslMode: SslMode;
}

/** The application's object store. */
export interface ApplicationObjects {
  /** What it is. */
  readonly kind: ObjectStoreKind;
  /** Of s3: the bucket. */
  readonly bucket?: Input<string>;
  /** Of s3: its region. */
  readonly region?: string;
  /** Of blob: the storage account. */
  readonly account?: Input<string>;
  /** Of blob: URL of the blob service. */
  readonly endpoint?: Input<string>;
  /** Of blob: the container. */
  readonly container?: Input<string>;
  /** Of blob: the key, a secret. */
  readonly accountKey?: Input<string>;
}

/** Where the cluster is, which decides what its load balancers look like. */
export interface ClusterCloud {
  /** The cloud. */
  readonly kind: Cloud;
  /** In Azure: name of the address that the public service takes. */
  readonly publicIp?: Input<string>;
  /** In Azure: resource group of the address. */
  readonly resourceGroup?: Input<string>;
}

/** What a KubernetesServiceWorkload is made of. */
export interface KubernetesServiceWorkloadArgs {
  /** Which site this is. */
  readonly site: Site;
  /** What the containers speak on their port. */
  readonly protocol: WebProtocol;
  /** Where the application's rows are. */
  readonly database: ApplicationDatabase;
  /** Where the application's objects are. */
  readonly objects: ApplicationObjects;
  /** Name of the namespace that everything here lives in. */
  readonly namespace: string;
  /** What runs; names are unique. */
  readonly services: ApplicationService[];
  /** False: every Deployment has no replicas. */
  readonly active: boolean;
  /** Load balancers listen here. */
  readonly servicePort: number;
  /** Where the cluster is. */
  readonly cloud: ClusterCloud;
  /** Groups that may look at everything in the namespace but Secrets, and scale Deployments. Default: none. */
  readonly operatorGroups?: string[];
  /** Traffic only where a service needs it. Default true. */
  readonly networkPolicies?: boolean;
  /** IPv4 blocks that may reach internal services besides the namespace. Default: every private block. */
  readonly internalSources?: string[];
  /** Namespace of a Prometheus that scrapes the services. Default: none. */
  readonly scrapedFrom?: string;
  /** A ServiceMonitor each, for clusters that run the Prometheus operator. Default false. */
  readonly monitors?: boolean;
}

/** The application in a cluster: its namespace, secret, and for each service a Deployment with all that belongs to it. */
export class KubernetesServiceWorkload extends ComponentResource {
  /** Name or address of each service's load balancer, by service; not of those behind a node port. */
  readonly hosts: Output<Record<string, string>>;

  constructor(name: string, args: KubernetesServiceWorkloadArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:KubernetesServiceWorkload", name, {}, options);
    const workload = new ServiceWorkload(
      name,
      {
        ...args,
        objects: objects(args.objects),
        cloud: cloud(args.cloud),
        after: dependencies(options),
        ...(options?.deletedWith ? { deletedWith: options.deletedWith } : {}),
      },
      { parent: this },
    );
    const balanced = args.services.filter(({ nodePort }) => nodePort === undefined);
    this.hosts = all(Object.fromEntries(balanced.map((service) => [service.name, workload.host(service.name)])));
    this.registerOutputs({ hosts: this.hosts });
  }
}

function objects(given: ApplicationObjects): WorkloadObjects {
  const need = needed("objects", given.kind);
  if (given.kind === "s3") {
    return { kind: "s3", bucket: need("bucket", given.bucket), region: need("region", given.region) };
  }
  return {
    kind: "blob",
    account: need("account", given.account),
    endpoint: need("endpoint", given.endpoint),
    container: need("container", given.container),
    accountKey: need("accountKey", given.accountKey),
  };
}

function cloud(given: ClusterCloud): LoadBalancerCloud {
  if (given.kind === "aws") return { kind: "aws" };
  const need = needed("cloud", given.kind);
  return {
    kind: "azure",
    publicIp: need("publicIp", given.publicIp),
    resourceGroup: need("resourceGroup", given.resourceGroup),
  };
}

/** Each kind needs options of its own, which a schema cannot say. */
function needed(option: string, kind: string) {
  return <Value>(key: string, value: Value | undefined): Value => {
    if (value === undefined) throw new Error(`${option}.${key} is not set; ${option} of kind ${kind} needs it`);
    return value;
  };
}
