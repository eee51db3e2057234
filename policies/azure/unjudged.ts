import type { Rule, StackRule } from "../shared/rule.ts";
import { type Kind, unjudgedRule } from "../shared/unjudged.ts";

/** What the pack has rules for, in the words of azure-native and of the classic azure provider. */
const KINDS: readonly Kind[] = [
  {
    name: "a store of objects or files",
    types:
      /^(storage|datalakestore|netapp|hpc|nas|elasticsan):(Account|StorageAccount|Container|BlobContainer|DataLakeGen2Filesystem|Volume|AccountNetworkRules|ElasticSan)$/i,
  },
  {
    name: "a database",
    types:
      /^(dbforpostgresql|dbformysql|dbformariadb|sql|documentdb|cosmosdb|cache|redis|redisenterprise|managedredis|postgresql|mysql|mariadb|mssql|synapse|kusto):(Server|SingleServer|FlexibleServer|ServerGroupCluster|ManagedInstance|DatabaseAccount|MongoCluster|CassandraCluster|Redis|RedisEnterprise|Enterprise\w*|Cluster|Account|Workspace|Cache|SqlServer|\w*FirewallRule|FlexibleServerConfiguration|SingleServerConfiguration)$/i,
  },
  {
    name: "a filter of network traffic",
    types:
      /^network:(NetworkSecurityGroup|NetworkSecurityRule|SecurityRule|DefaultRule|AzureFirewall|Firewall|FirewallPolicy|FirewallPolicy\w*RuleCollectionGroup|FirewallNetworkRuleCollection|\w*AdminRule|Subnet|VirtualNetwork)$/i,
  },
  {
    name: "a way in for users",
    types:
      /^cdn:Endpoint$|^(network|apimanagement|cdn|frontdoor|lb|trafficmanager|signalrservice|relay|eventgrid):(ApplicationGateway|LoadBalancer|FrontDoor|Frontdoor|TrafficManagerProfile|TrafficManager\w*Endpoint|Profile|Route|AFDOriginGroup|Frontdoor\w*|ApiManagementService|Service|StaticSite)$/i,
  },
  {
    name: "a cluster or containers",
    types:
      /^(containerservice|redhatopenshift|app|containerapp|containerinstance|appplatform|servicefabric|kubernetes):(ManagedCluster|KubernetesCluster|OpenShiftCluster|OpenShiftManagedCluster|ContainerApp|App|Job|ManagedEnvironment|Environment|ContainerGroup|ContainerGroupProfile|Group|Service|SpringCloudService|Cluster)$/i,
  },
  { name: "a registry of images", types: /^(containerregistry|containerservice):Registry$/i },
  {
    name: "a machine or its volume",
    types:
      /^compute:(VirtualMachine|LinuxVirtualMachine|WindowsVirtualMachine|VirtualMachineScaleSet|LinuxVirtualMachineScaleSet|WindowsVirtualMachineScaleSet|OrchestratedVirtualMachineScaleSet|Disk|ManagedDisk)$/i,
  },
  {
    name: "a program that answers users",
    types:
      /^(web|appservice|app):(WebApp|WebAppSlot|StaticSite|StaticWebApp|AppServiceEnvironment|EnvironmentV3|AppService|Slot|FunctionApp\w*|Linux\w*App\w*|Windows\w*App\w*|LogicApp\w*|ContainerApp)$/i,
  },
  {
    name: "a statement of rights",
    types:
      /^(authorization|role):(RoleDefinition|RoleAssignment|Assignment|Definition|\w*RoleAssignment\w*|\w*RoleEligibility\w*|AccessPolicy)$/i,
  },
  { name: "a vault", types: /^keyvault:(Vault|KeyVault|ManagedHsm|ManagedHardwareSecurityModule|AccessPolicy)$/i },
  {
    name: "a log",
    types:
      /^(operationalinsights|applicationinsights|insights|monitor):(Workspace|AnalyticsWorkspace|Component|Insights)$/i,
  },
  {
    name: "a template that makes resources of its own",
    types:
      /^(resources|core|solutions|automation|blueprint):(Resource|Deployment|DeploymentAt\w+|DeploymentStackAt\w+|TemplateDeployment|ResourceGroupTemplateDeployment|SubscriptionTemplateDeployment|Application|ApplicationDefinition)$/i,
  },
];

export function azureUnjudgedRule(rules: readonly Rule[]): StackRule {
  const scope = {
    cloud: "azure",
    providers: ["azure-native", "azure"],
    foreign: ["azurerm", "azapi"],
    kinds: KINDS,
  } as const;
  return unjudgedRule(scope, rules);
}
