/** Types of azure-native that another major version had in another module (as the SDK's own aliases say). */
const AZURE_MOVED: Readonly<Record<string, string>> = {
  "insights:ActionGroup": "monitor:ActionGroup",
  "insights:DiagnosticSetting": "monitor:DiagnosticSetting",
  "insights:MetricAlert": "monitor:MetricAlert",
  "network:Endpoint": "trafficmanager:Endpoint",
  "network:Profile": "trafficmanager:Profile",
};

const AWS_SAME: Readonly<Record<string, string>> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultVpc:DefaultVpc": "aws:ec2/vpc:Vpc",
};

/** `azure-native:storage:X`, `azure-native:storage/v20240101:X`, `azure-native_storage_v20240101:storage[/v20240101]:X`. */
const AZURE = /^azure-(?:native|nextgen)(?:_\w+?_(v\d\w*))?:(\w+)(?:\/(v\d\w*|latest))?:(\w+)$/;

/**
 * The one token by which rules know a type that has several: with an API version or without, of an older module, of an older version
 * of the provider. A token that has no other is returned as it is.
 */
export function canonicalType(token: string): string {
  const azure = AZURE.exec(token);
  if (azure !== null) {
    const [, packageVersion, module = "", moduleVersion, name = ""] = azure;
    const id = `${module}:${singleServer(module, name, moduleVersion ?? packageVersion)}`;
    return `azure-native:${AZURE_MOVED[id] ?? id}`;
  }
  if (token.startsWith("kubernetes:")) return kubernetesType(token);
  if (!token.startsWith("aws:")) return token;
  const named = token
    .replace(/^aws:(?:alb|applicationloadbalancing|elasticloadbalancingv2)\//, "aws:lb/")
    .replace(/^aws:elasticloadbalancing\//, "aws:elb/")
    .replace(/^aws:s3\/(bucket\w*?)V2:(Bucket\w*?)V2$/, "aws:s3/$1:$2");
  return AWS_SAME[named] ?? named;
}

/** Before 2020, `dbforpostgresql:Server` was the single server, whose inputs are others. */
function singleServer(module: string, name: string, version = ""): string {
  if (module !== "dbforpostgresql" || !/^v201\d/.test(version)) return name;
  return name.startsWith("Server") ? `Single${name}` : `SingleServer${name}`;
}

/** Workloads and network policies were betas of other groups, with the same shape. */
function kubernetesType(token: string): string {
  return token
    .replace(
      /^kubernetes:(?:apps|extensions)\/v1beta\d:(Deployment|StatefulSet|DaemonSet|ReplicaSet)$/,
      "kubernetes:apps/v1:$1",
    )
    .replace(/^kubernetes:batch\/v\w+:(CronJob|Job)$/, "kubernetes:batch/v1:$1")
    .replace(/^kubernetes:extensions\/v1beta1:NetworkPolicy$/, "kubernetes:networking.k8s.io/v1:NetworkPolicy");
}
