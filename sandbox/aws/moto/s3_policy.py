"""Bucket policies: moto takes no notice of conditions, so a Deny for whoever comes without TLS denied everybody.

The sandbox speaks plain HTTP on loopback where AWS speaks TLS, so here every request counts as one over TLS.
"""

import copy
import json

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

get_permission = FakeBucket.get_permission


def applies(statement):
    for operator, keys in statement.get("Condition", {}).items():
        wanted = keys.get("aws:SecureTransport")
        if operator == "Bool" and str(wanted).lower() == "false":
            return False
    return True


def get_permission_over_tls(self, action, resource):
    if self.policy is None:
        return get_permission(self, action, resource)
    policy = json.loads(self.policy.decode())
    statements = policy["Statement"]
    policy["Statement"] = [one for one in (statements if isinstance(statements, list) else [statements]) if applies(one)]
    if not policy["Statement"]:
        return PermissionResult.NEUTRAL
    # A copy: other requests are asking this bucket at the same time.
    bucket = copy.copy(self)
    bucket.policy = json.dumps(policy).encode()
    return get_permission(bucket, action, resource)


FakeBucket.get_permission = get_permission_over_tls
