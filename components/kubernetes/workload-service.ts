import type { Input } from "@pulumi/pulumi";
import type { ContainerResources } from "./container-resources.ts";

/** One service of the application, as both clusters run it. */
export interface WorkloadService {
  /** Of its Deployment and Service; 1-40 lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Container image with tag or digest. */
  readonly image: Input<string>;
  /** While its site is active. */
  readonly replicas: number;
  /** More than `replicas`: scaled between the two by CPU (components/kubernetes/scaling.ts). Default: `replicas`. */
  readonly maxReplicas?: number | undefined;
  /** The container listens here. */
  readonly port: number;
  /** Reached by users, or only from inside. */
  readonly role: "public" | "internal";
  /** Requests and limits of its container. Default: 100m and 128Mi, at most 500m and 512Mi. */
  readonly resources?: ContainerResources | undefined;
  /**
   * The port (30000-32767) of every node that leads to it: for a load balancer that is declared elsewhere (an ALB).
   * Default: none; the Service asks for a load balancer of its own.
   */
  readonly nodePort?: number | undefined;
  /** Replicas spread over zones, then nodes. Default: true where there is more than one. */
  readonly spread?: boolean | undefined;
}

/** Labels that its pods carry and its Service, Deployment and policies select by. */
export function serviceLabels({ name }: WorkloadService): Record<string, string> {
  return { "app.kubernetes.io/name": name };
}
