"""Loaded by Python at start, because this directory is on PYTHONPATH of the moto process: moto as the sandbox needs it."""

import repeatable  # noqa: F401  (first: the others draw on what it patches)
import moto_patches  # noqa: F401
import ec2_extras  # noqa: F401
import elb_extras  # noqa: F401
import iam_extras  # noqa: F401
import rds_extras  # noqa: F401
import route53_extras  # noqa: F401  (before acm_extras, which watches its changes)
import acm_extras  # noqa: F401
import s3_extras  # noqa: F401
import s3_policy  # noqa: F401
import secrets_extras  # noqa: F401
import sns_extras  # noqa: F401
import eks_access
import eks_clusters
import eks_extras

eks_extras.install()
eks_clusters.install()
eks_access.install()
