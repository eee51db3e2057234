import { azurePolicy, microsoftBenchmark, nist } from "../shared/controls.ts";
import { tagRule } from "../shared/tags.ts";

/** Types that cost something or hold something; what has no tags in Azure is not among them. */
const TAGGED = [
  "azure-native:cdn:AFDEndpoint",
  "azure-native:cdn:Profile",
  "azure-native:containerinstance:ContainerGroup",
  "azure-native:containerregistry:Registry",
  "azure-native:containerservice:ManagedCluster",
  "azure-native:dbforpostgresql:Server",
  "azure-native:keyvault:Vault",
  "azure-native:logic:Workflow",
  "azure-native:managedidentity:UserAssignedIdentity",
  "azure-native:monitor:ActionGroup",
  "azure-native:monitor:MetricAlert",
  "azure-native:network:NetworkSecurityGroup",
  "azure-native:network:PrivateEndpoint",
  "azure-native:network:PublicIPAddress",
  "azure-native:network:VirtualNetwork",
  "azure-native:operationalinsights:Workspace",
  "azure-native:resources:ResourceGroup",
  "azure-native:sql:Database",
  "azure-native:sql:Server",
  "azure-native:storage:StorageAccount",
  "azure-native:trafficmanager:Profile",
  "azure-native:web:AppServicePlan",
  "azure-native:web:WebApp",
];

export const azureTagRule = tagRule("azure", TAGGED, [
  azurePolicy("Require a tag on resources", "Tags/RequireTag_Deny"),
  microsoftBenchmark("AM-1"),
  nist("CM-8"),
]);
