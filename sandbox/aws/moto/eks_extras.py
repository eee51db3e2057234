"""What moto's EKS does not have yet: pod identity associations and add-ons, kept in moto's own backend."""

from moto.core.responses import ActionResult
from moto.eks import urls
from moto.eks.exceptions import ResourceInUseException, ResourceNotFoundException
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
        "tags": self._get_param("tags") or {},
    }
    return ActionResult({"association": things[key]})


def describe_pod_identity_association(self):
    key = self._get_param("associationId")
    return ActionResult({"association": find(self.eks_backend, "associations", self._get_param("name"), key)})


def update_pod_identity_association(self):
    key = self._get_param("associationId")
    found = find(self.eks_backend, "associations", self._get_param("name"), key)
    found["roleArn"] = self._get_param("roleArn") or found["roleArn"]
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
        "tags": self._get_param("tags") or {},
    }
    return ActionResult({"addon": things[name]})


def describe_addon(self):
    key = self._get_param("addonName")
    return ActionResult({"addon": find(self.eks_backend, "addons", self._get_param("name"), key)})


def delete_addon(self):
    cluster, key = self._get_param("name"), self._get_param("addonName")
    found = find(self.eks_backend, "addons", cluster, key)
    del shelf(self.eks_backend, "addons", cluster)[key]
    return ActionResult({"addon": {**found, "status": "DELETING"}})


def list_addons(self):
    return ActionResult({"addons": list(shelf(self.eks_backend, "addons", self._get_param("name")))})


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
        delete_addon,
        list_addons,
    ):
        setattr(EKSResponse, action.__name__, action)
    for path in (
        "pod-identity-associations$",
        "pod-identity-associations/(?P<associationId>[^/]+)$",
        "addons$",
        "addons/(?P<addonName>[^/]+)$",
    ):
        urls.url_paths["{0}/clusters/(?P<name>[^/]+)/" + path] = urls.response.dispatch
