import { FAKE_AWS, fakeAwsAnswer } from "./fake-aws.ts";

type Properties = Readonly<Record<string, unknown>>;

/** What the clouds would add to a resource's inputs. */
export function stateOf(type: string, name: string, inputs: Properties): Record<string, unknown> {
  return { ...inputs, ...nameOf(inputs), ...COMPUTED[type]?.(name, inputs) };
}

/** Azure answers with `name`, whatever the input was called. */
function nameOf(inputs: Properties): Properties {
  const key = NAME_INPUTS.find((candidate) => candidate in inputs);
  return key ? { name: inputs[key] } : {};
}

// Innermost first: a child also carries its parent's name.
const NAME_INPUTS = [
  "secretName",
  "databaseName",
  "configurationName",
  "firewallRuleName",
  "containerName",
  "endpointName",
  "profileName",
  "accountName",
  "serverName",
  "vaultName",
  "publicIpAddressName",
  "virtualNetworkName",
  "roleAssignmentName",
  "resourceName",
  "resourceGroupName",
];

const COMPUTED: Readonly<Record<string, (name: string, inputs: Properties) => Properties>> = {
  ...FAKE_AWS,
  "random:index/randomPassword:RandomPassword": (name) => ({ result: `password-of-${name}` }),
  "random:index/randomString:RandomString": () => ({ result: "x7k2p9" }),
  "azure-native:network:PublicIPAddress": () => ({ ipAddress: "20.0.0.1" }),
  "azure-native:dbforpostgresql:Server": (_, { serverName }) => ({
    fullyQualifiedDomainName: `${serverName}.postgres.database.azure.com`,
  }),
  "azure-native:storage:StorageAccount": (_, { accountName }) => ({
    primaryEndpoints: { blob: `https://${accountName}.blob.core.windows.net/` },
  }),
  "azure-native:keyvault:Vault": (_, { vaultName, properties }) => ({
    properties: { ...Object(properties), vaultUri: `https://${vaultName}.vault.azure.net/` },
  }),
  "azure-native:managedidentity:UserAssignedIdentity": () => ({ principalId: "principal-1" }),
  "kubernetes:core/v1:Service": (name) => ({
    status: { loadBalancer: { ingress: [{ hostname: `${name}.elb.test` }] } },
  }),
  "pulumi:pulumi:StackReference": (_, { name }) => ({
    name,
    outputs: savedOutputs(String(name).split("/").at(-1) ?? ""),
    secretOutputNames: ["database"],
  }),
};

/** What a primary's last update has left in the backend. One environment's primary was never brought up. */
function savedOutputs(stack: string): Properties {
  if (stack === "fresh-primary") return {};
  const database = {
    engine: "postgres",
    name: "app",
    additional: [],
    appUser: "app",
    appPassword: "password-of-app-password",
  };
  const own: Readonly<Record<string, Properties>> = {
    "myca-primary": { name: "mas", additional: ["mindex"], appUser: "mas" },
    "windows-primary": { engine: "sqlserver" },
  };
  return {
    database: { ...database, ...own[stack] },
    endpoints: [{ service: "service-a", role: "public", protocol: "http", host: "a.elb.test", port: 8080 }],
  };
}

export function answerCall(token: string, args: Properties): Record<string, unknown> {
  const answer = fakeAwsAnswer(token);
  if (answer) return answer;
  switch (token) {
    case "azure-native:authorization:getClientConfig":
      return { subscriptionId: "sub-1", tenantId: "tenant-1", clientId: "client-1", objectId: "object-1" };
    case "pulumi:pulumi:readStackResourceOutputs":
      return { outputs: {} };
    case "azure-native:storage:listStorageAccountKeys":
      return { keys: [{ keyName: "key1", value: "account-key" }] };
    case "azure-native:containerservice:listManagedClusterAdminCredentials":
      return { kubeconfigs: [{ name: "admin", value: Buffer.from("kind: Config").toString("base64") }] };
    default:
      throw new Error(`no fake answer for ${token} ${JSON.stringify(args)}`);
  }
}
