"""What moto's EKS does not have yet: pod identity associations, add-ons, and tags of all but clusters."""

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks import urls
from moto.eks.exceptions import ResourceInUseException, ResourceNotFoundException
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random


def shelf(backend, kind, cluster_name):
    """The things of one kind in a cluster, by id. They go with their cluster."""
    cluster = backend.describe_cluster(cluster_name)
    return cluster.__dict__.setdefault(f"pilotlight_{kind}", {})


def find(backend, kind, cluster_name, key):
    things = shelf(backend, kind, cluster_name)
    if key not in things:
        raise ResourceNotFoundException(
            clusterName=cluster_name,
            nodegroupName=None,
            fargateProfileName=None,
            addonName=key if kind == "addons" else None,
            message=f"No {kind} entry {key} found for cluster {cluster_name}",
        )
    return things[key]


def in_use(cluster_name, message, addon_name=None):
    return ResourceInUseException(
        clusterName=cluster_name, nodegroupName=None, addonName=addon_name, message=message
    )


def arn(backend, kind, *parts):
    path = "/".join(parts)
    return f"arn:{backend.partition}:eks:{backend.region_name}:{backend.account_id}:{kind}/{path}"


def create_pod_identity_association(self):
    backend, cluster = self.eks_backend, self._get_param("name")
    things = shelf(backend, "associations", cluster)
    namespace, account = self._get_param("namespace"), self._get_param("serviceAccount")
    if any(each["namespace"] == namespace and each["serviceAccount"] == account for each in things.values()):
        raise in_use(cluster, f"Association already exists: {namespace}/{account}")
    key = "a-" + "".join(mock_random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=17))
    things[key] = {
        "clusterName": cluster,
        "namespace": namespace,
        "serviceAccount": account,
        "roleArn": self._get_param("roleArn"),
        "associationArn": arn(backend, "podidentityassociation", cluster, key),
        "associationId": key,
        "disableSessionTags": self._get_param("disableSessionTags"),
        "targetRoleArn": self._get_param("targetRoleArn"),
        "createdAt": utcnow(),
        "modifiedAt": utcnow(),
        "tags": self._get_param("tags") or {},
    }
    return ActionResult({"association": things[key]})


def describe_pod_identity_association(self):
    key = self._get_param("associationId")
    return ActionResult({"association": find(self.eks_backend, "associations", self._get_param("name"), key)})


def update_pod_identity_association(self):
    key = self._get_param("associationId")
    found = find(self.eks_backend, "associations", self._get_param("name"), key)
    for name in ("roleArn", "disableSessionTags", "targetRoleArn"):
        if self._get_param(name) is not None:
            found[name] = self._get_param(name)
    found["modifiedAt"] = utcnow()
    return ActionResult({"association": found})


def delete_pod_identity_association(self):
    cluster, key = self._get_param("name"), self._get_param("associationId")
    found = find(self.eks_backend, "associations", cluster, key)
    del shelf(self.eks_backend, "associations", cluster)[key]
    return ActionResult({"association": found})


def list_pod_identity_associations(self):
    things = shelf(self.eks_backend, "associations", self._get_param("name"))
    return ActionResult({"associations": list(things.values())})


def create_addon(self):
    backend, cluster, name = self.eks_backend, self._get_param("name"), self._get_param("addonName")
    things = shelf(backend, "addons", cluster)
    if name in things:
        raise in_use(cluster, f"Addon already exists: {name}", name)
    things[name] = {
        "addonName": name,
        "clusterName": cluster,
        "status": "ACTIVE",
        "addonVersion": self._get_param("addonVersion") or "v1.0.0-eksbuild.1",
        "addonArn": arn(backend, "addon", cluster, name, str(mock_random.uuid4())),
        "configurationValues": self._get_param("configurationValues"),
        "serviceAccountRoleArn": self._get_param("serviceAccountRoleArn"),
        "createdAt": utcnow(),
        "modifiedAt": utcnow(),
        "tags": self._get_param("tags") or {},
    }
    return ActionResult({"addon": things[name]})


def describe_addon(self):
    key = self._get_param("addonName")
    return ActionResult({"addon": find(self.eks_backend, "addons", self._get_param("name"), key)})


def update_addon(self):
    found = find(self.eks_backend, "addons", self._get_param("name"), self._get_param("addonName"))
    for name in ("addonVersion", "configurationValues", "serviceAccountRoleArn"):
        if self._get_param(name) is not None:
            found[name] = self._get_param(name)
    found["modifiedAt"] = utcnow()
    update = {"id": str(mock_random.uuid4()), "status": "Successful", "type": "AddonUpdate", "createdAt": utcnow()}
    return ActionResult({"update": update})


def delete_addon(self):
    cluster, key = self._get_param("name"), self._get_param("addonName")
    found = find(self.eks_backend, "addons", cluster, key)
    del shelf(self.eks_backend, "addons", cluster)[key]
    return ActionResult({"addon": {**found, "status": "DELETING"}})


def list_addons(self):
    return ActionResult({"addons": list(shelf(self.eks_backend, "addons", self._get_param("name")))})


tag_cluster = EKSBackend.tag_resource
untag_cluster = EKSBackend.untag_resource


def other_tags(backend, resource_arn):
    """The tags of what is not a cluster; None when nothing else has this ARN. moto tags clusters only."""
    for cluster in backend.clusters.values():
        for group in cluster.nodegroups.values():
            if group.arn == resource_arn:
                return group.tags
        for kind, name in (("addons", "addonArn"), ("associations", "associationArn"), ("entries", "accessEntryArn")):
            for thing in cluster.__dict__.get(f"pilotlight_{kind}", {}).values():
                if thing[name] == resource_arn:
                    return thing["tags"]
    return None


def tag_resource(self, resource_arn, tags):
    found = other_tags(self, resource_arn)
    if found is None:
        tag_cluster(self, resource_arn, tags)
    else:
        found.update(tags)


def untag_resource(self, resource_arn, tag_keys):
    found = other_tags(self, resource_arn)
    if found is None:
        untag_cluster(self, resource_arn, tag_keys)
        return
    for key in tag_keys if isinstance(tag_keys, list) else [tag_keys]:
        found.pop(key, None)


def install():
    """moto finds an action by its name on the response class, once its path is known."""
    for action in (
        create_pod_identity_association,
        describe_pod_identity_association,
        update_pod_identity_association,
        delete_pod_identity_association,
        list_pod_identity_associations,
        create_addon,
        describe_addon,
        update_addon,
        delete_addon,
        list_addons,
    ):
        setattr(EKSResponse, action.__name__, action)
    for path in (
        "pod-identity-associations$",
        "pod-identity-associations/(?P<associationId>[^/]+)$",
        "addons$",
        "addons/(?P<addonName>[^/]+)$",
        "addons/(?P<addonName>[^/]+)/update$",
    ):
        urls.url_paths["{0}/clusters/(?P<name>[^/]+)/" + path] = urls.response.dispatch
    EKSBackend.tag_resource = tag_resource
    EKSBackend.untag_resource = untag_resource
