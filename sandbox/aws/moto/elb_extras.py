"""Load balancers with names and zones in their real form, and without traces after their deletion."""

from moto.acm.models import acm_backends
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer, FakeTargetGroup
from moto.moto_api._internal import mock_random

# Hosted zones of application and network load balancers, from "Elastic Load Balancing endpoints" of AWS.
ZONES = {
    "us-east-1": ("Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"),
    "us-east-2": ("Z3AADJGX6KTTL2", "ZLMOA37VPKANP"),
    "us-west-1": ("Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"),
    "us-west-2": ("Z1H1FL5HABSF5", "Z18D5FSROUN65G"),
    "eu-west-1": ("Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"),
    "eu-west-2": ("ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"),
    "eu-west-3": ("Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"),
    "eu-central-1": ("Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"),
    "eu-north-1": ("Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM"),
}

create_load_balancer = ELBv2Backend.create_load_balancer
delete_load_balancer = ELBv2Backend.delete_load_balancer
delete_listener = ELBv2Backend.delete_listener
modify_listener = ELBv2Backend.modify_listener
target_group_init = FakeTargetGroup.__init__

FakeLoadBalancer.VALID_ATTRS |= {"health_check_logs.s3.bucket", "health_check_logs.s3.prefix"}


def create_with_real_names(self, name, *args, **kwargs):
    made = create_load_balancer(self, name, *args, **kwargs)
    is_network = made.type == "network"
    zones = ZONES.get(self.region_name)
    if zones is not None:
        made.canonical_hosted_zone_id = zones[is_network]
    key = mock_random.get_random_hex(16) if is_network else str(mock_random.randint(10**8, 10**10))
    first = f"{'internal-' if made.scheme == 'internal' and not is_network else ''}{name}-{key}"
    tail = f"elb.{self.region_name}" if is_network else f"{self.region_name}.elb"
    made.dns_name = f"{first}.{tail}.amazonaws.com"
    if not is_network and not made.security_groups:
        made.security_groups = [self.ec2_backend.get_default_security_group(made.vpc_id).id]
    return made


def target_group_with_defaults(self, *args, **kwargs):
    target_group_init(self, *args, **kwargs)
    if self.health_check_protocol in ("HTTP", "HTTPS"):
        self.health_check_path = self.health_check_path or "/"
        if kwargs.get("healthcheck_timeout_seconds") is None:
            self.health_check_timeout_seconds = 5 if self.health_check_protocol == "HTTP" else 10


def free_certificates(self, listener):
    for arn in listener.certificates:
        certificate = acm_backends[self.account_id][self.region_name]._certificates.get(arn)
        if certificate is not None and listener.arn in certificate.in_use_by:
            certificate.in_use_by.remove(listener.arn)


def use_targets(self, load_balancer_arn):
    """moto notes who uses a target group when a listener is made, and never again."""
    balancer = self.load_balancers.get(load_balancer_arn)
    used = set()
    for listener in [] if balancer is None else balancer.listeners.values():
        for action in listener.default_actions:
            if action.type == "forward":
                used |= set(self._get_target_group_arns_from(action_data=action.data))
    for arn, group in self.target_groups.items():
        others = [each for each in group.load_balancer_arns if each != load_balancer_arn]
        group.load_balancer_arns = [*others, load_balancer_arn] if arn in used else others


def delete_listener_and_uses(self, listener_arn):
    listener = delete_listener(self, listener_arn)
    free_certificates(self, listener)
    use_targets(self, listener.load_balancer_arn)
    return listener


def modify_listener_and_uses(self, *args, **kwargs):
    listener = modify_listener(self, *args, **kwargs)
    use_targets(self, listener.load_balancer_arn)
    return listener


def delete_balancer_and_uses(self, arn):
    balancer = self.load_balancers.get(arn)
    for listener in [] if balancer is None else balancer.listeners.values():
        free_certificates(self, listener)
    delete_load_balancer(self, arn)
    use_targets(self, arn)


ELBv2Backend.create_load_balancer = create_with_real_names
ELBv2Backend.delete_load_balancer = delete_balancer_and_uses
ELBv2Backend.delete_listener = delete_listener_and_uses
ELBv2Backend.modify_listener = modify_listener_and_uses
FakeTargetGroup.__init__ = target_group_with_defaults
