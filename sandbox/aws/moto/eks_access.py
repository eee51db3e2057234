"""Access entries of EKS clusters and the policies associated with them, which moto does not have."""

from eks_extras import arn, find, in_use, shelf
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks import urls
from moto.eks.responses import EKSResponse
from moto.moto_api._internal import mock_random


def entry_of(response):
    return find(response.eks_backend, "entries", response._get_param("name"), response._get_param("principalArn"))


def shown(entry):
    return {key: value for key, value in entry.items() if key != "policies"}


def create_access_entry(self):
    backend, cluster, principal = self.eks_backend, self._get_param("name"), self._get_param("principalArn")
    entries = shelf(backend, "entries", cluster)
    if principal in entries:
        raise in_use(cluster, f"The specified access entry resource is already in use on this cluster: {principal}")
    kind, name = principal.split(":")[-1].split("/")[0], principal.split("/")[-1]
    # How EKS names the user: roles by their session.
    account = principal.split(":")[4]
    session = f"arn:aws:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"
    entries[principal] = {
        "clusterName": cluster,
        "principalArn": principal,
        "kubernetesGroups": self._get_param("kubernetesGroups") or [],
        "accessEntryArn": arn(backend, "access-entry", cluster, kind, account, name, str(mock_random.uuid4())),
        "createdAt": utcnow(),
        "modifiedAt": utcnow(),
        "tags": self._get_param("tags") or {},
        "username": self._get_param("username") or (session if kind == "role" else principal),
        "type": self._get_param("type") or "STANDARD",
        "policies": {},
    }
    return ActionResult({"accessEntry": shown(entries[principal])})


def describe_access_entry(self):
    return ActionResult({"accessEntry": shown(entry_of(self))})


def update_access_entry(self):
    entry = entry_of(self)
    for name in ("kubernetesGroups", "username"):
        if self._get_param(name) is not None:
            entry[name] = self._get_param(name)
    entry["modifiedAt"] = utcnow()
    return ActionResult({"accessEntry": shown(entry)})


def delete_access_entry(self):
    del shelf(self.eks_backend, "entries", self._get_param("name"))[entry_of(self)["principalArn"]]
    return ActionResult({})


def list_access_entries(self):
    return ActionResult({"accessEntries": list(shelf(self.eks_backend, "entries", self._get_param("name")))})


def associate_access_policy(self):
    entry, policy = entry_of(self), self._get_param("policyArn")
    now = utcnow()
    before = entry["policies"].get(policy, {"associatedAt": now})
    entry["policies"][policy] = {
        "policyArn": policy,
        "accessScope": self._get_param("accessScope"),
        "associatedAt": before["associatedAt"],
        "modifiedAt": now,
    }
    answer = {"clusterName": entry["clusterName"], "principalArn": entry["principalArn"]}
    return ActionResult({**answer, "associatedAccessPolicy": entry["policies"][policy]})


def disassociate_access_policy(self):
    entry_of(self)["policies"].pop(self._get_param("policyArn"), None)
    return ActionResult({})


def list_associated_access_policies(self):
    entry = entry_of(self)
    answer = {"clusterName": entry["clusterName"], "principalArn": entry["principalArn"]}
    return ActionResult({**answer, "associatedAccessPolicies": list(entry["policies"].values())})


def install():
    for action in (
        create_access_entry,
        describe_access_entry,
        update_access_entry,
        delete_access_entry,
        list_access_entries,
        associate_access_policy,
        disassociate_access_policy,
        list_associated_access_policies,
    ):
        setattr(EKSResponse, action.__name__, action)
    # A principal's ARN has slashes in it.
    for path in (
        "access-entries$",
        "access-entries/(?P<principalArn>.+)/access-policies/(?P<policyArn>.+)$",
        "access-entries/(?P<principalArn>.+)/access-policies$",
        "access-entries/(?P<principalArn>.+)$",
    ):
        urls.url_paths["{0}/clusters/(?P<name>[^/]+)/" + path] = urls.response.dispatch
