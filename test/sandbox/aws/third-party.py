"""What a program that knows nothing of the sandbox sees with boto3, as JSON. Endpoint and region come from AWS's own variables."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PATH_STYLE = Config(s3={"addressing_style": "path"})
ec2 = boto3.client("ec2")
eks = boto3.client("eks")
rds = boto3.client("rds")
s3 = boto3.client("s3", config=PATH_STYLE)
secrets = boto3.client("secretsmanager")
route53 = boto3.client("route53")
scaling = boto3.client("autoscaling")
balancing = boto3.client("elbv2")


def network():
    own = [each for each in ec2.describe_vpcs()["Vpcs"] if not each["IsDefault"]]
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [each["VpcId"] for each in own]}])["Subnets"]
    return {
        "vpcs": {each["VpcId"]: each["CidrBlock"] for each in own},
        "subnets": {each["SubnetId"]: [each["CidrBlock"], each["AvailabilityZone"]] for each in subnets},
    }


def clusters():
    result = {}
    for name in eks.list_clusters()["clusters"]:
        cluster = eks.describe_cluster(name=name)["cluster"]
        logging = cluster["logging"]["clusterLogging"]
        groups = [
            eks.describe_nodegroup(clusterName=name, nodegroupName=each)["nodegroup"]
            for each in eks.list_nodegroups(clusterName=name)["nodegroups"]
        ]
        result[name] = {
            "status": cluster["status"],
            "issuer": cluster["identity"]["oidc"]["issuer"],
            "logs": sorted(kind for setup in logging if setup["enabled"] for kind in setup["types"]),
            "encrypts": [each["resources"] for each in cluster.get("encryptionConfig", [])],
            "access": eks.list_access_entries(clusterName=name)["accessEntries"],
            "nodeGroups": {each["nodegroupName"]: nodes(each) for each in groups},
        }
    return result


def nodes(group):
    names = [each["name"] for each in group["resources"]["autoScalingGroups"]]
    found = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=names)["AutoScalingGroups"]
    return {
        "status": group["status"],
        "size": group["scalingConfig"]["desiredSize"],
        "template": group["launchTemplate"]["version"],
        "scaling": [[each["DesiredCapacity"], each["LaunchTemplate"]["LaunchTemplateId"]] for each in found],
        "targets": [len(each["TargetGroupARNs"]) for each in found],
    }


def databases():
    return {
        each["DBInstanceIdentifier"]: {
            "status": each["DBInstanceStatus"],
            "engine": each["Engine"],
            "multiAz": each["MultiAZ"],
            "encrypted": each["StorageEncrypted"],
            "backupDays": each["BackupRetentionPeriod"],
            "insights": each["PerformanceInsightsEnabled"],
            "parameters": [group["DBParameterGroupName"] for group in each["DBParameterGroups"]],
        }
        for each in rds.describe_db_instances()["DBInstances"]
    }


def buckets():
    return {each["Name"]: bucket(each["Name"]) for each in s3.list_buckets()["Buckets"]}


def bucket(name):
    encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    return {
        "versioning": s3.get_bucket_versioning(Bucket=name)["Status"],
        "encryption": [each["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for each in encryption],
        "lifecycle": [[move["Days"], move["StorageClass"]] for rule in rules for move in rule.get("Transitions", [])],
        "oldVersions": [rule.get("NoncurrentVersionExpiration") for rule in rules],
        "blocked": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
        "ownership": s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0]["ObjectOwnership"],
        "cors": cors(name),
        "policy": [each["Effect"] for each in json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]],
    }


def cors(name):
    try:
        return s3.get_bucket_cors(Bucket=name)["CORSRules"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchCORSConfiguration":
            return []
        raise


def vault():
    return {
        each["Name"]: [
            secrets.get_secret_value(SecretId=each["ARN"])["SecretString"],
            secrets.describe_secret(SecretId=each["ARN"]).get("RotationEnabled", False),
        ]
        for each in secrets.list_secrets()["SecretList"]
    }


def zones():
    result = {}
    for zone in route53.list_hosted_zones()["HostedZones"]:
        sets = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        result[zone["Name"]] = [
            [each["Name"], each["Type"], each.get("Failover"), [value["Value"] for value in each["ResourceRecords"]]]
            for each in sets
            if each["Type"] not in ("NS", "SOA")
        ]
    return result


def balancers():
    return {
        each["LoadBalancerName"]: [each["State"]["Code"], each["Type"], len(each["AvailabilityZones"])]
        for each in balancing.describe_load_balancers()["LoadBalancers"]
    }


seen = {
    "network": network(),
    "clusters": clusters(),
    "databases": databases(),
    "buckets": buckets(),
    "secrets": vault(),
    "zones": zones(),
    "loadBalancers": balancers(),
}
print(json.dumps(seen))
