import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { leaseAgentPassword as given } from "../../automation/adapters/postgres/names.ts";
import { readAgentSettings } from "../../automation/lease-agent/settings.ts";
import type { LeaseWitness, WriteLeaseSettings } from "../../components/kubernetes/lease-agent.ts";
import { leaseAgentPassword } from "../../components/kubernetes/lease-agent-password.ts";
import { ServiceWorkload, type ServiceWorkloadArgs } from "../../components/kubernetes/service-workload.ts";
import { ConfigError, parseConfig } from "../../stacks/config.ts";
import { primaryOutputsSchema, standbyOutputsSchema } from "../../stacks/outputs.ts";
import { namesOf, one, type Recording, record } from "./support/component.ts";
import { configOf, type Deployment, deploy, holdersOf } from "./support/deploy.ts";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const QUOTA = "kubernetes:core/v1:ResourceQuota";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const etcd: LeaseWitness = {
  kind: "etcd",
  endpoints: ["https://etcd-1.example:2379", "https://etcd-2.example"],
  login: { name: "agent", password: "witness-hush" },
};
const table: LeaseWitness = {
  ...{ kind: "azure-table", endpoint: "https://w.table.core.windows.net/", table: "failoverstate", row: "state" },
  ...{ account: "w", accountKey: "table-hush" },
};
const lease: WriteLeaseSettings = {
  ...{ application: "shop", image: "registry.example/pilotlight:1", seconds: 30, password: "agent-hush" },
  witness: etcd,
};
const today: ServiceWorkloadArgs = {
  ...{ site: "primary", namespace: "shop", active: false, protocol: "HTTP", servicePort: 8080, cloud: { kind: "aws" } },
  services: [{ name: "api", image: "shop/api:1", replicas: 2, port: 8080, role: "public" }],
  database: { host: "db.test", port: 5433, name: "app", user: "app", password: "hush", sslMode: "require" },
  objects: { kind: "s3", bucket: "b", region: "eu-central-1" },
};
const made = (writeLease?: WriteLeaseSettings) =>
  record(() => {
    new ServiceWorkload("workload", { ...today, ...(writeLease ? { writeLease } : {}) });
    return {};
  });
const spec = (recording: Recording, type: string, name: string) => Object(one(recording, type, name).inputs.spec);

describe("the lease agent in a cluster", () => {
  it("adds itself and room for itself, and nothing else is other than without it", async () => {
    const [without, recording] = [await made(), await made(lease)];
    const added = namesOf(recording).filter((name) => !namesOf(without).includes(name));
    expect(added.map((each) => each.split(" ").at(-1)).sort()).toEqual([
      "workload-lease",
      "workload-lease-account",
      "workload-lease-agent",
      "workload-lease-policy",
      "workload-lease-secret",
    ]);
    expect(spec(without, QUOTA, "workload-quota").hard.pods).toBe("4");
    expect(spec(recording, QUOTA, "workload-quota").hard.pods).toBe("8");
  });

  it("runs at an inactive site too, twice, as nobody in particular, and is told nothing but file names of secrets", async () => {
    const recording = await made(lease);
    const { replicas, template } = spec(recording, DEPLOYMENT, "workload-lease-agent");
    expect(replicas).toBe(2);
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
    });
    const [container] = template.spec.containers;
    expect(container.securityContext).toEqual({
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    });
    for (const text of ["agent-hush", "witness-hush"]) {
      expect(holdersOf(text, recording)).toEqual({ all: ["workload-lease-secret"], open: [] });
    }
  });

  it("gives it an environment that it understands, whatever the witness, and lets it reach that and the database", async () => {
    for (const [witness, store, ports] of [
      [etcd, "etcd", [2379, 443]],
      [table, "azure-table", [443]],
    ] as const) {
      const recording = await made({ ...lease, witness });
      const [container] = spec(recording, DEPLOYMENT, "workload-lease-agent").template.spec.containers;
      const pairs: [string, string][] = container.env.map(({ name, value }: Record<string, string>) => [name, value]);
      expect(readAgentSettings(Object.fromEntries(pairs))).toMatchObject({
        ...{ application: "shop", site: "primary", seconds: 30, witness: { store } },
        database: { host: "db.test", port: 5433, name: "app", sslMode: "require" },
      });
      const { egress } = spec(recording, POLICY, "workload-lease-policy");
      expect(
        egress.slice(1).flatMap((rule: { ports: { port: number }[] }) => rule.ports.map(({ port }) => port)),
      ).toEqual([5433, ...ports]);
    }
  });

  it("has the password that the driver gives its role", () => {
    expect(leaseAgentPassword("an admin's")).toBe(given("an admin's"));
  });
});

const file = (role: string) =>
  configOf(readFileSync(new URL(`../../stacks/Pulumi.sandbox-${role}.yaml`, import.meta.url), "utf8"));
const asked = {
  enabled: true,
  image: "registry.example/pilotlight:1",
  witness: { store: "etcd", endpoints: ["https://etcd-1.example:2379"], user: "agent" },
};
/** Members that ask for no login, so no secret is needed. */
const open = { ...asked, witness: { store: "etcd", endpoints: ["https://etcd-1.example:2379"] } };
const on = { "pilotlight:writeLease": JSON.stringify(open) };
const agents = ({ resources }: Deployment) => resources.filter(({ name }) => name === "workload-lease-agent").length;

describe("the option writeLease", () => {
  it("is off unless asked for: no agent, nothing in the outputs", async () => {
    const recording = await deploy("sandbox-primary", file("primary"));
    expect(agents(recording)).toBe(0);
    expect(primaryOutputsSchema.parse(recording.outputs).database).not.toHaveProperty("writeLease");
  }, 60_000);

  it("puts agents into both clusters and tells the driver", async () => {
    const primary = await deploy("sandbox-primary", { ...file("primary"), ...on });
    expect(agents(primary)).toBe(1);
    expect(primaryOutputsSchema.parse(primary.outputs).database.writeLease).toEqual({ seconds: 30 });
    const lit = { ...file("standby"), ...on, "pilotlight:drActive": "true" };
    const standby = await deploy("sandbox-standby", lit);
    expect(agents(standby)).toBe(1);
    expect(standbyOutputsSchema.parse(standby.outputs).database.writeLease).toEqual({ seconds: 30 });
  }, 60_000);

  it("is refused without what renews it", () => {
    const problems = (writeLease: object, more: Record<string, string> = {}): string => {
      const config = { ...file("standby"), "pilotlight:writeLease": JSON.stringify(writeLease), ...more };
      try {
        parseConfig(config, { environment: "sandbox", role: "standby" }, new Set(["pilotlight:writeLeaseSecret"]));
        return "";
      } catch (error) {
        return error instanceof ConfigError ? error.problems.map(({ key }) => key).join() : String(error);
      }
    };
    expect(problems({ enabled: true })).toBe("pilotlight:writeLease.image,pilotlight:writeLease.witness");
    expect(problems(asked)).toBe("pilotlight:writeLeaseSecret");
    expect(problems(asked, { "pilotlight:writeLeaseSecret": "s" })).toBe("");
    expect(problems({ ...asked, seconds: 5 }, { "pilotlight:writeLeaseSecret": "s" })).toBe(
      "pilotlight:writeLease.seconds",
    );
    expect(problems(asked, { "pilotlight:writeLeaseSecret": "s", "pilotlight:compute": "container-group" })).toContain(
      "pilotlight:writeLease.enabled",
    );
  });
});
