import { describe, expect, it } from "vitest";
import { eksKubeconfig } from "../../components/aws/kubeconfig.ts";
import { loadBalancerAnnotations } from "../../components/kubernetes/load-balancer.ts";
import { environment, podSpec } from "../../components/kubernetes/pod-template.ts";

const service = { name: "service-a", image: "shop/a:1", replicas: 2, port: 8080, role: "public" } as const;
const database = {
  host: "db.test",
  port: 5432,
  name: "app",
  user: "app",
  password: "hush",
  sslMode: "require",
} as const;
const s3 = { kind: "s3", bucket: "b", region: "eu-central-1" } as const;
const blob = {
  kind: "blob",
  account: "acct",
  endpoint: "https://acct/",
  container: "objects",
  accountKey: "key",
} as const;

describe("a pod", () => {
  it("is told where everything is, and no secret", () => {
    expect(environment(service, { site: "primary", protocol: "HTTP", database, objects: s3 })).toEqual({
      SITE: "primary",
      PORT: "8080",
      DATABASE_HOST: "db.test",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "app",
      DATABASE_USER: "app",
      DATABASE_SSLMODE: "require",
      OBJECTS_KIND: "s3",
      OBJECTS_BUCKET: "b",
      AWS_REGION: "eu-central-1",
    });
    const standby = environment(service, { site: "standby", protocol: "HTTP", database, objects: blob });
    expect(standby).toMatchObject({
      OBJECTS_KIND: "blob",
      OBJECTS_ENDPOINT: "https://acct/",
      OBJECTS_ACCOUNT: "acct",
      OBJECTS_CONTAINER: "objects",
    });
    expect(JSON.stringify(standby)).not.toMatch(/hush|key/);
  });

  it("can do no harm and is watched", () => {
    const spec = podSpec(service, { site: "standby", protocol: "HTTPS", database, objects: blob });
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(spec.containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      startupProbe: { httpGet: { path: "/live", port: "http", scheme: "HTTPS" } },
      livenessProbe: { httpGet: { path: "/live", port: "http", scheme: "HTTPS" } },
      readinessProbe: { httpGet: { path: "/ready", port: "http", scheme: "HTTPS" } },
      volumeMounts: [{ name: "secrets", mountPath: "/var/run/secrets/pilotlight", readOnly: true }],
    });
  });
});

describe("a load balancer on AWS", () => {
  it("is a network load balancer, internal for internal services", () => {
    const type = { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" };
    expect(loadBalancerAnnotations({ kind: "aws" }, "public")).toEqual(type);
    expect(loadBalancerAnnotations({ kind: "aws" }, "internal")).toEqual({
      ...type,
      "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    });
  });
});

describe("the EKS kubeconfig", () => {
  it("gets a token by the user's own identity and holds no credential", () => {
    const access = {
      clusterName: "shop",
      region: "eu-central-1",
      endpoint: "https://eks",
      certificateAuthorityData: "Y2E=",
    };
    const { users, clusters } = JSON.parse(eksKubeconfig(access));
    expect(clusters[0].cluster).toEqual({ server: "https://eks", "certificate-authority-data": "Y2E=" });
    expect(Object.keys(users[0].user)).toEqual(["exec"]);
    expect([users[0].user.exec.command, ...users[0].user.exec.args].join(" ")).toBe(
      "aws --region eu-central-1 eks get-token --cluster-name shop --output json",
    );
  });
});
