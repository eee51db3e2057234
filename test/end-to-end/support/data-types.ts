/** What holds data, or a name or a key that data needs: losing one of them is losing data. */
const DATA = new Set([
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:kms/key:Key",
  "aws:route53/zone:Zone",
  "aws:ecr/repository:Repository",
  "aws:secretsmanager/secret:Secret",
  "azure-native:resources:ResourceGroup",
  "azure-native:dbforpostgresql:Server",
  "azure-native:dbforpostgresql:Database",
  "azure-native:sql:Server",
  "azure-native:sql:Database",
  "azure-native:storage:StorageAccount",
  "azure-native:storage:BlobContainer",
  "azure-native:storage:Table",
  "azure-native:keyvault:Vault",
  "azure-native:containerregistry:Registry",
  "azure-native:trafficmanager:Profile",
  "azure-native:cdn:Profile",
  "random:index/randomPassword:RandomPassword",
  "random:index/randomString:RandomString",
]);

/** Whether a resource of this type must survive every flip of the switches. */
export function isData(type: string): boolean {
  return DATA.has(type);
}
