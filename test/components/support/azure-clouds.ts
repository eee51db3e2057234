import type { RecordOptions } from "./component.ts";

type Properties = Readonly<Record<string, unknown>>;

/** Inputs that Azure answers with as `name`, beyond those of fake-clouds.ts. */
const NAMES: Readonly<Record<string, string>> = {
  "azure-native:cdn:AFDCustomDomain": "customDomainName",
  "azure-native:cdn:AFDEndpoint": "endpointName",
  "azure-native:cdn:AFDOrigin": "originName",
  "azure-native:cdn:AFDOriginGroup": "originGroupName",
  "azure-native:containerinstance:ContainerGroup": "containerGroupName",
  "azure-native:containerregistry:Registry": "registryName",
  "azure-native:logic:Workflow": "workflowName",
  "azure-native:network:PrivateEndpoint": "privateEndpointName",
  "azure-native:operationalinsights:Workspace": "workspaceName",
  "azure-native:privatedns:PrivateZone": "privateZoneName",
  "azure-native:sql:Server": "serverName",
  "azure-native:storage:Blob": "blobName",
  "azure-native:storage:Table": "tableName",
  "azure-native:web:WebApp": "name",
};

const COMPUTED: Readonly<Record<string, (name: string, inputs: Properties) => Properties>> = {
  "azure-native:cdn:AFDCustomDomain": () => ({
    validationProperties: { validationToken: "proof-1", expirationDate: "" },
  }),
  "azure-native:cdn:AFDEndpoint": (_, { endpointName }) => ({ hostName: `${endpointName}-h4sh.z01.azurefd.net` }),
  "azure-native:containerregistry:Registry": (_, { registryName }) => ({ loginServer: `${registryName}.azurecr.io` }),
  "azure-native:containerservice:ManagedCluster": () => ({
    oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer.test/1/" },
    identity: { type: "SystemAssigned", principalId: "principal-of-cluster" },
    identityProfile: { kubeletidentity: { objectId: "principal-of-nodes" } },
  }),
  "azure-native:managedidentity:UserAssignedIdentity": (name) => ({
    principalId: `principal-of-${name}`,
    clientId: `client-of-${name}`,
  }),
  "azure-native:operationalinsights:Workspace": () => ({ customerId: "customer-1" }),
  "azure-native:sql:Server": (_, { serverName }) => ({
    fullyQualifiedDomainName: `${serverName}.database.windows.net`,
  }),
  "azure-native:storage:StorageAccount": (_, { accountName }) => ({
    primaryEndpoints: {
      blob: `https://${accountName}.blob.core.windows.net/`,
      table: `https://${accountName}.table.core.windows.net/`,
    },
  }),
  "azure-native:web:WebApp": (_, { name }) => ({ defaultHostName: `${name}.azurewebsites.net` }),
};

/** What Azure adds to the types that only component tests use. */
export const azure: RecordOptions = {
  stack: "test-standby",
  state: (type, name, inputs) => {
    const key = NAMES[type];
    return { ...(key ? { name: inputs[key] } : {}), ...COMPUTED[type]?.(name, inputs) };
  },
  answer: (token) => {
    if (token === "azure-native:web:listWebAppHostKeys") return { functionKeys: { default: "function-key-1" } };
    if (token === "azure-native:operationalinsights:getSharedKeys") return { primarySharedKey: "workspace-key-1" };
    return undefined;
  },
};

/** Where everything of a test is. */
export const place = { resourceGroupName: "shop-test-standby", location: "westeurope", tags: { site: "standby" } };
/** Ids that a component asks for. */
export const scope = {
  resourceGroupId: "/subscriptions/sub-1/resourceGroups/shop-test-standby",
  subscriptionId: "sub-1",
};
