import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { writeLanguageHostLauncher } from "../../sandbox/language-host/launcher.ts";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain.ts";

const projectRoot = resolve(import.meta.dirname, "../..");
const components = join(projectRoot, "components");

const propertySchema = z.object({
  type: z.string().optional(),
  $ref: z.string().optional(),
  plain: z.boolean().default(false),
  secret: z.boolean().default(false),
  description: z.string().default(""),
});
const schemaSchema = z.object({
  name: z.string(),
  types: z.record(
    z.string(),
    z.object({
      enum: z.array(z.object({ value: z.string() })).optional(),
      properties: z.record(z.string(), propertySchema).default({}),
    }),
  ),
  resources: z.record(
    z.string(),
    z.object({
      isComponent: z.boolean(),
      description: z.string(),
      inputProperties: z.record(z.string(), propertySchema),
      requiredInputs: z.array(z.string()),
      properties: z.record(z.string(), propertySchema),
      required: z.array(z.string()),
    }),
  ),
});

/** What another program writes, less what a generated SDK would do for it: types and the token. */
const program = `
import { ComponentResource, interpolate } from "@pulumi/pulumi";

class Remote extends ComponentResource {
  constructor(component, name, args, outputs, options) {
    const unknown = Object.fromEntries(outputs.map((key) => [key, undefined]));
    super("pilotlight:index:" + component, name, { ...args, ...unknown }, options, true);
  }
}
const tags = { team: "sea" };
const zones = ["eu-central-1a", "eu-central-1b"];
if (process.env.LONELY_CLUSTER) {
  new Remote("AwsEksCluster", "cluster", {
    nodeType: "t3.large", nodeCount: 2, clusterName: "shop", region: "eu-central-1", version: "1.34", privateSubnetIds: [],
    publicSubnetIds: [], allowedCidrs: ["10.0.0.0/16"], tags,
  }, []);
} else {
  const network = new Remote(
    "AwsNetwork", "net", { cidr: "10.0.0.0/16", zones, nat: "per-zone", clusterName: "shop", tags }, ["vpcId", "databaseSubnetIds"],
  );
  const database = new Remote(
    "AwsPostgres",
    "db",
    {
      identifier: "shop", version: "18", instanceClass: "db.t4g.medium", storageGib: 50, multiAz: false, databaseName: "app",
      sslMode: "require", vpcId: network.vpcId, subnetIds: zones.map((_, at) => network.databaseSubnetIds.apply((ids) => ids[at])),
      allowedCidrs: ["10.0.0.0/16"], protectData: false, tags,
    },
    ["host", "port", "adminUser", "adminPassword"],
  );
  const bucketName = interpolate\`\${database.adminUser}-\${database.port}\`;
  new Remote("AwsObjectStore", "objects", { bucketName, protectData: false, tags }, ["bucket"]);
}
`;

describe("the components as a package for other languages", () => {
  let directory: string;
  let environment: Record<string, string>;
  let schema: z.infer<typeof schemaSchema>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilotlight-component-package-"));
    const { pulumi } = await ensureToolchain();
    const launchers = join(directory, "bin");
    await writeLanguageHostLauncher(launchers, projectRoot);
    for (const name of ["state", "home/plugins"]) await mkdir(join(directory, name), { recursive: true });
    for (const name of ["aws", "random"]) await installProvider(name);
    await symlink(join(projectRoot, "node_modules"), join(directory, "node_modules"));
    const options = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
    const plugin = `plugins:\n  providers:\n    - name: pilotlight\n      path: ${components}\n`;
    await writeFile(join(directory, "package.json"), '{ "name": "consumer", "type": "module" }');
    await writeFile(join(directory, "Pulumi.yaml"), `name: consumer\nmain: index.js\n${options}${plugin}`);
    await writeFile(join(directory, "index.js"), program);
    environment = {
      HOME: directory,
      PATH: `${launchers}:${dirname(pulumi)}:/usr/bin:/bin`,
      PULUMI_HOME: join(directory, "home"),
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    await engine(["stack", "init", "dev"]);
    await engine(["config", "set", "aws:region", "eu-central-1"]);
    // The engine starts the package's provider for it, as every user's engine does.
    schema = schemaSchema.parse(JSON.parse(await engine(["package", "get-schema", components])));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** The sandbox's stand-in under the name and version that the engine looks for; a preview of new things asks no cloud. */
  async function installProvider(name: string): Promise<void> {
    const manifest = await readFile(join(projectRoot, "node_modules", "@pulumi", name, "package.json"), "utf8");
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
    const folder = join(directory, "home", "plugins", `resource-${name}-v${version}`);
    await mkdir(folder);
    const main = join(projectRoot, "sandbox", "providers", name, "main.ts");
    const script = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`;
    await writeFile(join(folder, `pulumi-resource-${name}`), script, { mode: 0o755 });
  }

  async function engine(args: readonly string[], variables: Record<string, string> = {}): Promise<string> {
    const env = { ...environment, ...variables };
    const settings = { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 };
    return promisify(execFile)("pulumi", [...args, "--non-interactive"], settings).then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
    );
  }

  it("has a schema that the engine takes: every component, described, with what is required, plain and secret", () => {
    expect(schema.name).toBe("pilotlight");
    expect(Object.keys(schema.resources).sort()).toEqual(
      [
        ...["AwsDns", "AwsEksCluster", "AwsNetwork", "AwsObjectStore", "AwsPostgres"],
        ...[
          "AzureAksCluster",
          "AzureNetwork",
          "AzureObjectStore",
          "AzurePostgres",
          "AzureTrafficManager",
          "AzureVault",
        ],
        "KubernetesServiceWorkload",
      ].map((name) => `pilotlight:index:${name}`),
    );
    const secrets: string[] = [];
    const bare: string[] = [];
    for (const [token, resource] of Object.entries(schema.resources)) {
      expect(resource, token).toMatchObject({ isComponent: true, description: expect.stringMatching(/./) });
      expect(resource.requiredInputs.length, token).toBeGreaterThan(0);
      expect(resource.required, token).not.toEqual([]);
      const described = { ...resource.inputProperties, ...resource.properties };
      bare.push(
        ...Object.keys(described)
          .filter((key) => described[key]?.description === "")
          .map((key) => `${token}.${key}`),
      );
      secrets.push(
        ...Object.keys(resource.properties)
          .filter((key) => resource.properties[key]?.secret)
          .map((key) => `${token.split(":").at(-1)}.${key}`),
      );
    }
    expect(bare).toEqual([]);
    expect(secrets.sort()).toEqual([
      "AwsEksCluster.kubeconfig",
      "AwsPostgres.adminPassword",
      "AzureAksCluster.kubeconfig",
      "AzureObjectStore.accountKey",
      "AzurePostgres.adminPassword",
    ]);

    const database = schema.resources["pilotlight:index:AwsPostgres"];
    expect(database?.requiredInputs).toEqual(expect.arrayContaining(["identifier", "protectData", "vpcId"]));
    expect(database?.requiredInputs).not.toContain("backupDays");
    // An id of something not yet made is an input; a size must be known when the component plans its children.
    expect(database?.inputProperties).toMatchObject({ vpcId: { plain: false }, storageGib: { plain: true } });
    expect(database?.inputProperties.sslMode?.$ref).toBe("#/types/pilotlight:index:SslMode");
    const sslModes = schema.types["pilotlight:index:SslMode"]?.enum?.map(({ value }) => value);
    expect(sslModes).toEqual(["require", "disable"]);
    const service = schema.types["pilotlight:index:ApplicationService"]?.properties;
    expect(service).toMatchObject({ name: { type: "string" }, role: { $ref: "#/types/pilotlight:index:ServiceRole" } });
  });

  it("has no two types of one name, of which the analyzer would keep the first", async () => {
    const files = (await readdir(components, { recursive: true })).filter((file) => file.endsWith(".ts"));
    const text = (await Promise.all(files.map((file) => readFile(join(components, file), "utf8")))).join("\n");
    const shapes = Object.keys(schema.types).filter((token) => schema.types[token]?.enum === undefined);
    expect(shapes.length).toBeGreaterThan(0);
    for (const token of shapes) {
      const declared = text.match(new RegExp(`^(export )?interface ${token.split(":").at(-1)}\\b`, "gm"));
      expect([token, declared?.length]).toEqual([token, 1]);
    }
  });

  it("makes components for a program that knows no more than the schema, and lets one use another's outputs", async () => {
    const steps = z
      .object({ steps: z.array(z.object({ urn: z.string(), newState: z.object({ inputs: z.unknown().optional() }) })) })
      .parse(JSON.parse(await engine(["preview", "--json"]))).steps;
    const inputsOf = (end: string): unknown => steps.find(({ urn }) => urn.endsWith(end))?.newState.inputs;
    const inside = "$pilotlight:aws:Network$aws:ec2/natGateway:NatGateway::net-nat-";
    expect(inputsOf(`pilotlight:index:AwsNetwork${inside}a`)).toBeDefined();
    expect(inputsOf(`pilotlight:index:AwsNetwork${inside}b`)).toBeDefined();
    expect(inputsOf("aws:rds/instance:Instance::db-instance")).toMatchObject({
      identifier: "shop",
      allocatedStorage: 50,
      deletionProtection: false,
      tags: { team: "sea" },
    });
    expect(inputsOf("aws:ec2/securityGroup:SecurityGroup::db-access")).toMatchObject({
      ingress: [expect.objectContaining({ fromPort: 5432, cidrBlocks: ["10.0.0.0/16"] })],
    });
    expect(inputsOf("random:index/randomPassword:RandomPassword::db-admin")).toBeDefined();
    expect(inputsOf("aws:s3/bucket:Bucket::objects-bucket")).toMatchObject({ bucket: "pilotlight_admin-5432" });
  });

  it("says what an argument lacks that a schema cannot express", async () => {
    const text = await engine(["preview"], { LONELY_CLUSTER: "1" });
    expect(text).toContain("cluster: say in the option dependsOn which AwsNetwork this AwsEksCluster is in");
  });
});
