import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../../sandbox/kubernetes/agent/config-error.ts";
import {
  containerEnvironment,
  expand,
  serviceLinks,
  type ValueSources,
} from "../../../sandbox/kubernetes/agent/environment.ts";
import { materialiseVolumes } from "../../../sandbox/kubernetes/agent/volumes.ts";
import { podSchema, serviceSchema } from "../../../sandbox/kubernetes/api/objects.ts";

const metadata = { uid: "u", resourceVersion: "1", namespace: "app" };
const sources: ValueSources = {
  secret: async (name) => (name === "db" ? { password: "s3cret", user: "app" } : undefined),
  configMap: async (name) => (name === "conf" ? { mode: "fast" } : undefined),
};
const pod = (container: Record<string, unknown>, spec: Record<string, unknown> = {}) =>
  podSchema.parse({
    metadata: { ...metadata, name: "web-1", labels: { app: "web" } },
    spec: { nodeName: "default-0", containers: [{ name: "web", image: "x", ...container }], ...spec },
  });

async function environment(container: Record<string, unknown>, spec: Record<string, unknown> = {}) {
  const one = pod(container, spec);
  const [first] = one.spec.containers;
  if (first === undefined) throw new Error("no container");
  return containerEnvironment({
    pod: one,
    container: first,
    podIP: "10.117.128.1",
    hostIP: "10.117.64.1",
    services: [],
    sources,
    volumes: new Map([["secrets", "/w/secrets"]]),
    injected: { AWS_REGION: "us-east-1" },
  });
}

describe("a container's environment", () => {
  it("takes values, secrets, config maps and fields, in order", async () => {
    const env = await environment({
      envFrom: [{ prefix: "DB_", secretRef: { name: "db" } }],
      env: [
        { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
        { name: "MODE", valueFrom: { configMapKeyRef: { name: "conf", key: "mode" } } },
        { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        { name: "APP", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: "URL", value: "http://$(POD_IP)/$(MODE)?$$(MODE)$(NONE)" },
        { name: "AWS_REGION", value: "eu-west-1" },
        { name: "MAYBE", valueFrom: { secretKeyRef: { name: "none", key: "x", optional: true } } },
      ],
    });
    expect(env).toEqual({
      AWS_REGION: "eu-west-1",
      DB_password: "s3cret",
      DB_user: "app",
      PASSWORD: "s3cret",
      MODE: "fast",
      POD_IP: "10.117.128.1",
      APP: "web",
      URL: "http://10.117.128.1/fast?$(MODE)$(NONE)",
    });
  });

  it("refuses what is missing, naming it", async () => {
    const missing = environment({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "none", key: "x" } } }] });
    await expect(missing).rejects.toThrow('secret "none" not found');
    await expect(missing).rejects.toBeInstanceOf(ConfigError);
    await expect(
      environment({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "conf", key: "x" } } }] }),
    ).rejects.toThrow('couldn\'t find key x in configmap "conf"');
  });

  it("turns mount paths into the directories that stand for them", async () => {
    const volumeMounts = [{ name: "secrets", mountPath: "/var/run/secrets/pilotlight" }];
    expect((await environment({ volumeMounts })).SECRETS_DIR).toBe("/w/secrets");
    const env = await environment({
      volumeMounts,
      env: [
        { name: "FILE", value: "/var/run/secrets/pilotlight/password" },
        { name: "OTHER", value: "/var/run/secrets/pilotlight-other" },
      ],
    });
    expect(env).toMatchObject({ FILE: "/w/secrets/password", OTHER: "/var/run/secrets/pilotlight-other" });
  });

  it("expands only known names", () => {
    expect(expand("$(A)$(B)$$(A)", { A: "1" })).toBe("1$(B)$(A)");
  });
});

describe("service links", () => {
  it("are the ones of a kubelet; headless services have none", () => {
    const ports = [{ name: "http", port: 8080 }];
    const web = serviceSchema.parse({
      metadata: { ...metadata, name: "service-b" },
      spec: { clusterIP: "127.117.192.9", ports },
    });
    const headless = serviceSchema.parse({
      metadata: { ...metadata, name: "none" },
      spec: { clusterIP: "None", ports },
    });
    expect(serviceLinks([web, headless])).toEqual({
      SERVICE_B_SERVICE_HOST: "127.117.192.9",
      SERVICE_B_SERVICE_PORT: "8080",
      SERVICE_B_SERVICE_PORT_HTTP: "8080",
      SERVICE_B_PORT: "tcp://127.117.192.9:8080",
      SERVICE_B_PORT_8080_TCP: "tcp://127.117.192.9:8080",
      SERVICE_B_PORT_8080_TCP_PROTO: "tcp",
      SERVICE_B_PORT_8080_TCP_PORT: "8080",
      SERVICE_B_PORT_8080_TCP_ADDR: "127.117.192.9",
    });
  });
});

describe("volumes", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilotlight-volumes-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it("are private files; a volume cannot leave its directory", async () => {
    const one = pod(
      {},
      { volumes: [{ name: "secrets", secret: { secretName: "db", items: [{ key: "password", path: "a/pw" }] } }] },
    );
    const volumes = await materialiseVolumes(one, directory, sources);
    const file = join(volumes.get("secrets") ?? "", "a/pw");
    expect(await readFile(file, "utf8")).toBe("s3cret");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(file, ".."))).mode & 0o777).toBe(0o700);
    const escaping = pod(
      {},
      { volumes: [{ name: "v", secret: { secretName: "db", items: [{ key: "user", path: "../../x" }] } }] },
    );
    await expect(materialiseVolumes(escaping, directory, sources)).rejects.toThrow("leads out of its volume");
  });
});
