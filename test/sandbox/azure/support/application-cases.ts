import { here, id, inGroup, type TypeCase } from "./type-case.ts";

const profile = { ...inGroup, profileName: "door" };
const script = {
  ...here,
  scriptName: "hello",
  kind: "AzureCLI",
  azCliVersion: "2.77.0",
  retentionInterval: "P1D",
  scriptContent: `echo '{"greeting":"hello"}' > $AZ_SCRIPTS_OUTPUT_PATH`,
};
const container = {
  name: "web",
  image: "pilotlight/echo:1",
  resources: { requests: { cpu: 1, memoryInGB: 1 } },
  ports: [{ port: 8080, protocol: "TCP" }],
  environmentVariables: [
    { name: "ECHO", value: "one" },
    { name: "KEY", secureValue: "very-secret-value" },
  ],
  volumeMounts: [{ name: "secrets", mountPath: "/var/run/secrets/pilotlight" }],
};
const containers = {
  ...here,
  containerGroupName: "apps",
  osType: "Linux",
  identity: {
    type: "UserAssigned",
    userAssignedIdentities: [id("Microsoft.ManagedIdentity/userAssignedIdentities/who")],
  },
  containers: [container],
  ipAddress: { type: "Public", dnsNameLabel: "apps-label", ports: [{ port: 8080, protocol: "TCP" }] },
  volumes: [{ name: "secrets", secret: { file: Buffer.from("very-secret-file").toString("base64") } }],
};

/** What stands on the foundation: containers, Front Door, alerts, App Service. */
export const applicationCases: readonly TypeCase[] = [
  {
    token: "containerregistry:Registry",
    inputs: { ...here, registryName: "estateimages", sku: { name: "Basic" } },
    update: { adminUserEnabled: true },
    replace: { registryName: "otherimages" },
    outputs: { loginServer: "estateimages.azurecr.io" },
  },
  {
    token: "containerinstance:ContainerGroup",
    inputs: containers,
    update: {
      containers: [{ ...container, environmentVariables: [{ name: "ECHO", value: "two" }] }],
    },
    replace: { containerGroupName: "others" },
    secrets: ["very-secret-value", "very-secret-file", Buffer.from("very-secret-file").toString("base64")],
  },
  {
    token: "resources:AzureCliScript",
    inputs: script,
    update: { forceUpdateTag: "two" },
    replace: { scriptName: "goodbye" },
    outputs: { outputs: { greeting: "hello" }, provisioningState: "Succeeded" },
  },
  {
    token: "cdn:Profile",
    inputs: { ...profile, location: "global", sku: { name: "Standard_AzureFrontDoor" } },
    update: { originResponseTimeoutSeconds: 30 },
    replace: { location: "westeurope" },
  },
  {
    token: "cdn:AFDEndpoint",
    inputs: { ...profile, endpointName: "shop", location: "global", enabledState: "Enabled" },
    update: { tags: { a: "b" } },
    replace: { endpointName: "other" },
  },
  {
    token: "cdn:AFDOriginGroup",
    inputs: {
      ...profile,
      originGroupName: "sites",
      loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3 },
      healthProbeSettings: { probePath: "/health", probeProtocol: "Http", probeIntervalInSeconds: 5 },
    },
    update: { loadBalancingSettings: { sampleSize: 2, successfulSamplesRequired: 1 } },
    replace: { profileName: "other" },
  },
  {
    token: "cdn:AFDOrigin",
    inputs: { ...profile, originGroupName: "sites", originName: "primary", hostName: "127.0.0.1", priority: 1 },
    update: { priority: 2 },
    replace: { originGroupName: "other" },
  },
  {
    token: "cdn:AFDCustomDomain",
    inputs: { ...profile, customDomainName: "www", hostName: "www.shop.example" },
    update: { tlsSettings: { certificateType: "ManagedCertificate", minimumTlsVersion: "TLS13" } },
    replace: { hostName: "shop.example" },
    outputs: { domainValidationState: "Approved" },
  },
  {
    token: "cdn:Route",
    inputs: {
      ...profile,
      endpointName: "shop",
      routeName: "all",
      originGroup: { id: id("Microsoft.Cdn/profiles/door/originGroups/sites") },
      linkToDefaultDomain: "Enabled",
      supportedProtocols: ["Http"],
    },
    update: { supportedProtocols: ["Http", "Https"] },
    replace: { endpointName: "other" },
  },
  {
    token: "operationalinsights:Workspace",
    inputs: { ...here, workspaceName: "estate-logs", retentionInDays: 30 },
    update: { retentionInDays: 60 },
    replace: { workspaceName: "other-logs" },
  },
  {
    token: "monitor:ActionGroup",
    inputs: { ...inGroup, actionGroupName: "people", location: "global", groupShortName: "people", enabled: true },
    update: { emailReceivers: [{ name: "ops", emailAddress: "ops@example.org", useCommonAlertSchema: true }] },
    replace: { actionGroupName: "others" },
  },
  {
    token: "monitor:MetricAlert",
    inputs: {
      ...inGroup,
      ruleName: "slow",
      location: "global",
      severity: 2,
      enabled: true,
      scopes: [id("Microsoft.Sql/servers/estate-sql/databases/shop")],
      evaluationFrequency: "PT1M",
      windowSize: "PT5M",
      criteria: { odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria", allOf: [] },
      actions: [{ actionGroupId: id("Microsoft.Insights/actionGroups/people") }],
    },
    update: { severity: 1 },
    replace: { ruleName: "other" },
  },
  {
    token: "monitor:ScheduledQueryRule",
    inputs: {
      ...here,
      ruleName: "errors",
      scopes: [id("Microsoft.OperationalInsights/workspaces/estate-logs")],
      severity: 1,
      evaluationFrequency: "PT5M",
      windowSize: "PT5M",
      criteria: { allOf: [{ query: "Errors", timeAggregation: "Count", operator: "GreaterThan", threshold: 0 }] },
    },
    update: { severity: 2 },
    replace: { location: "northeurope" },
  },
  {
    token: "monitor:DiagnosticSetting",
    inputs: {
      resourceUri: id("Microsoft.Sql/servers/estate-sql/databases/shop"),
      name: "to-workspace",
      workspaceId: id("Microsoft.OperationalInsights/workspaces/estate-logs"),
      logs: [{ categoryGroup: "allLogs", enabled: true }],
    },
    update: { metrics: [{ category: "AllMetrics", enabled: true }] },
    replace: { name: "other" },
  },
  {
    token: "web:AppServicePlan",
    inputs: { ...here, name: "plan", kind: "functionapp", reserved: true, sku: { name: "Y1", tier: "Dynamic" } },
    update: { tags: { a: "b" } },
    replace: { reserved: false },
    outputs: { status: "Ready", geoRegion: "westeurope" },
  },
  {
    token: "web:WebApp",
    inputs: {
      ...here,
      name: "estate-decides",
      kind: "functionapp,linux",
      serverFarmId: id("Microsoft.Web/serverfarms/plan"),
      httpsOnly: true,
      siteConfig: { linuxFxVersion: "NODE|22", appSettings: [{ name: "KEY", value: "very-secret-setting" }] },
    },
    update: { siteConfig: { linuxFxVersion: "NODE|24", appSettings: [{ name: "KEY", value: "very-secret-setting" }] } },
    replace: { kind: "app" },
    outputs: { defaultHostName: "estate-decides.azurewebsites.net", state: "Running" },
    secrets: ["very-secret-setting"],
  },
  {
    token: "logic:Workflow",
    inputs: {
      ...here,
      workflowName: "minutely",
      definition: {
        $schema:
          "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        contentVersion: "1.0.0.0",
        parameters: { code: { type: "SecureString" } },
        triggers: { minute: { type: "Recurrence", recurrence: { frequency: "Minute", interval: 1 } } },
        actions: {},
      },
      parameters: { code: { value: "very-secret-code" } },
    },
    update: { state: "Disabled" },
    replace: { workflowName: "hourly" },
    secrets: ["very-secret-code"],
  },
];
