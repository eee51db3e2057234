"""What moto's EKS forgets of clusters and node groups: access, protection, encryption, their security and scaling groups."""

from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.models import ec2_backends
from moto.eks import urls
from moto.eks.exceptions import InvalidRequestException
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random

ACCESS = {"authenticationMode": "API_AND_CONFIG_MAP"}

create_cluster = EKSResponse.create_cluster
create_nodegroup = EKSResponse.create_nodegroup
delete_cluster = EKSBackend.delete_cluster
delete_nodegroup = EKSBackend.delete_nodegroup


def create_whole_cluster(self):
    answer = create_cluster(self)
    backend = self.eks_backend
    cluster = backend.clusters[self._get_param("name")]
    wanted = self._get_param("accessConfig") or {}
    creator = wanted.get("bootstrapClusterCreatorAdminPermissions")
    cluster.access_config = {**ACCESS, **wanted, "bootstrapClusterCreatorAdminPermissions": creator is not False}
    cluster.deletion_protection = self._get_bool_param("deletionProtection", False)
    cluster.upgrade_policy = self._get_param("upgradePolicy") or {"supportType": "EXTENDED"}
    cluster.zonal_shift_config = self._get_param("zonalShiftConfig") or {"enabled": False}
    cluster.resources_vpc_config = with_defaults(backend, cluster, cluster.resources_vpc_config)
    return answer


def with_defaults(backend, cluster, config):
    """EKS makes a security group for the control plane and the nodes; it goes with the cluster."""
    filled = {"endpointPublicAccess": True, "endpointPrivateAccess": False, "securityGroupIds": [], **config}
    if filled["endpointPublicAccess"]:
        filled.setdefault("publicAccessCidrs", ["0.0.0.0/0"])
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    try:
        vpc = ec2.get_subnet(config["subnetIds"][0]).vpc_id
    except (InvalidSubnetIdError, KeyError, IndexError):
        return filled
    key = mock_random.get_random_hex(10)
    group = ec2.create_security_group(
        name=f"eks-cluster-sg-{cluster.name}-{key}",
        description="EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, "
        "as well as any managed workloads.",
        vpc_id=vpc,
        tags={f"kubernetes.io/cluster/{cluster.name}": "owned", "aws:eks:cluster-name": cluster.name},
    )
    return {**filled, "vpcId": vpc, "clusterSecurityGroupId": group.id}


def update_cluster_config(self):
    """moto replaces what it should merge, and knows three of the settings only."""
    cluster = self.eks_backend.describe_cluster(self._get_param("name"))
    vpc = self._get_param("resourcesVpcConfig")
    if vpc:
        cluster.resources_vpc_config = {**cluster.resources_vpc_config, **vpc}
    for name, attribute in (
        ("logging", "logging"),
        ("kubernetesNetworkConfig", "kubernetes_network_config"),
        ("upgradePolicy", "upgrade_policy"),
        ("zonalShiftConfig", "zonal_shift_config"),
    ):
        if self._get_param(name):
            setattr(cluster, attribute, self._get_param(name))
    if self._get_param("accessConfig"):
        cluster.access_config = {**cluster.access_config, **self._get_param("accessConfig")}
    if self._get_param("deletionProtection") is not None:
        cluster.deletion_protection = self._get_bool_param("deletionProtection")
    return updated("ConfigUpdate")


def associate_encryption_config(self):
    cluster = self.eks_backend.describe_cluster(self._get_param("name"))
    if cluster.encryption_config:
        raise InvalidRequestException(message="Encryption config is already associated with the cluster")
    cluster.encryption_config = self._get_param("encryptionConfig")
    return updated("AssociateEncryptionConfig")


def update_nodegroup_version(self):
    """A new version of the launch template; the sandbox serves one version of Kubernetes."""
    cluster = self.eks_backend.describe_cluster(self._get_param("name"))
    group = self.eks_backend.describe_nodegroup(cluster.name, self._get_param("nodegroupName"))
    template = self._get_param("launchTemplate")
    if template:
        group.launch_template = {**(group.launch_template or {}), **template}
    group.modified_at = utcnow()
    return updated("VersionUpdate")


def updated(kind):
    update = {"id": str(mock_random.uuid4()), "status": "Successful", "type": kind, "createdAt": utcnow()}
    return ActionResult({"update": update})


class NodeScalingGroup(FakeAutoScalingGroup):
    """The scaling group of a node group. Its nodes are the sandbox's, not instances of moto."""

    # moto's base class reads the service from it.
    __module__ = FakeAutoScalingGroup.__module__

    def set_desired_capacity(self, new_capacity):
        self.desired_capacity = self.min_size if new_capacity is None else new_capacity


def create_whole_nodegroup(self):
    answer = create_nodegroup(self)
    backend = self.eks_backend
    cluster_name = self._get_param("name")
    group = backend.clusters[cluster_name].nodegroups[self._get_param("nodegroupName")]
    group.update_config = self._get_param("updateConfig") or {"maxUnavailable": 1}
    group.node_repair_config = self._get_param("nodeRepairConfig") or {"enabled": False}
    if not self._get_param("remoteAccess"):
        group.remote_access = None
        group.resources.pop("remoteAccessSecurityGroup", None)
    if group.launch_template:
        # The template says these.
        group.disk_size = None
        group.instance_types = self._get_param("instanceTypes") or []
    name = f"eks-{group.nodegroup_name}-{group.uuid}"
    group.resources["autoScalingGroups"] = [{"name": name}]
    scaling = autoscaling_backends[backend.account_id][backend.region_name]
    subnets = known_subnets(backend, group.subnets)
    scaling.autoscaling_groups[name] = NodeScalingGroup(
        name=name,
        availability_zones=[] if subnets else [f"{backend.region_name}a"],
        desired_capacity=group.scaling_config["desiredSize"],
        max_size=group.scaling_config["maxSize"],
        min_size=group.scaling_config["minSize"],
        launch_config_name=None,
        launch_template=template_of(group.launch_template),
        vpc_zone_identifier=",".join(subnets) or None,
        default_cooldown=300,
        health_check_period=15,
        health_check_type="EC2",
        load_balancers=[],
        target_group_arns=[],
        placement_group=None,
        termination_policies=["AllocationStrategy", "OldestLaunchTemplate", "OldestInstance"],
        autoscaling_backend=scaling,
        ec2_backend=scaling.ec2_backend,
        tags=[
            {"Key": "eks:cluster-name", "Value": cluster_name, "PropagateAtLaunch": True},
            {"Key": "eks:nodegroup-name", "Value": group.nodegroup_name, "PropagateAtLaunch": True},
            {"Key": f"kubernetes.io/cluster/{cluster_name}", "Value": "owned", "PropagateAtLaunch": True},
        ],
        mixed_instances_policy=None,
        capacity_rebalance=True,
    )
    return answer


def known_subnets(backend, ids):
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    known = {subnet for zone in ec2.subnets.values() for subnet in zone}
    return [each for each in ids if each in known]


def template_of(launch_template):
    if not launch_template or "id" not in launch_template:
        return {}
    return {"LaunchTemplateId": launch_template["id"], "Version": launch_template.get("version")}


update_nodegroup_config = EKSBackend.update_nodegroup_config


def update_with_scaling(self, cluster_name, nodegroup_name, *args, **kwargs):
    result = update_nodegroup_config(self, cluster_name, nodegroup_name, *args, **kwargs)
    group = self.clusters[cluster_name].nodegroups[nodegroup_name]
    scaling = autoscaling_backends[self.account_id][self.region_name].autoscaling_groups
    for each in group.resources["autoScalingGroups"]:
        wanted = group.scaling_config
        found = scaling.get(each["name"])
        if found is not None:
            found.min_size, found.max_size = wanted["minSize"], wanted["maxSize"]
            found.set_desired_capacity(wanted["desiredSize"])
    return result


def delete_with_scaling(self, cluster_name, nodegroup_name):
    group = delete_nodegroup(self, cluster_name, nodegroup_name)
    scaling = autoscaling_backends[self.account_id][self.region_name].autoscaling_groups
    for each in group.resources["autoScalingGroups"]:
        scaling.pop(each["name"], None)
    return group


def delete_with_group(self, name):
    cluster = self.clusters.get(name)
    if cluster is not None and getattr(cluster, "deletion_protection", False):
        raise InvalidRequestException(message=f"Cluster {name} has deletion protection enabled")
    cluster = delete_cluster(self, name)
    group = cluster.resources_vpc_config.get("clusterSecurityGroupId")
    if group is not None:
        ec2_backends[self.account_id][self.region_name].delete_security_group(group_id=group)
    return cluster


def install():
    EKSResponse.create_cluster = create_whole_cluster
    EKSResponse.update_cluster_config = update_cluster_config
    EKSResponse.associate_encryption_config = associate_encryption_config
    EKSResponse.create_nodegroup = create_whole_nodegroup
    EKSResponse.update_nodegroup_version = update_nodegroup_version
    EKSBackend.delete_cluster = delete_with_group
    EKSBackend.delete_nodegroup = delete_with_scaling
    EKSBackend.update_nodegroup_config = update_with_scaling
    for path in ("encryption-config/associate$", "node-groups/(?P<nodegroupName>[^/]+)/update-version$"):
        urls.url_paths["{0}/clusters/(?P<name>[^/]+)/" + path] = urls.response.dispatch
