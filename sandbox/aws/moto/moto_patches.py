"""Faults of moto 5.2 that the sandbox would trip over."""

import json

from moto.cloudwatch.models import Alarm, CloudWatchBackend
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.kms.responses import KmsResponse
from moto.rds.models import RDSBackend

modify_subnet_group = RDSBackend.modify_db_subnet_group


def modify_and_keep(self, subnet_name, *args, **kwargs):
    """moto loses an RDS subnet group when it is modified."""
    group = modify_subnet_group(self, subnet_name, *args, **kwargs)
    self.subnet_groups[group.name] = group
    return group


RDSBackend.modify_db_subnet_group = modify_and_keep

delete_nat_gateway = EC2Backend.delete_nat_gateway


def delete_with_interface(self, nat_gateway_id):
    """moto leaves the network interface of a NAT gateway behind, with the address on it."""
    gateway = delete_nat_gateway(self, nat_gateway_id)
    for address in [each for each in self.addresses if each.eni is gateway._eni]:
        self.disassociate_address(association_id=address.association_id)
    self.enis.pop(gateway._eni.id, None)
    return gateway


EC2Backend.delete_nat_gateway = delete_with_interface

start_alarm = Alarm.__init__


def start_without_data(self, *args, **kwargs):
    """moto says that an alarm is fine before it has seen anything."""
    start_alarm(self, *args, **kwargs)
    self.state_value = "INSUFFICIENT_DATA"


Alarm.__init__ = start_without_data

delete_alarms = CloudWatchBackend.delete_alarms


def delete_with_tags(self, alarm_names):
    """moto gives the next alarm of that name the tags of the one before."""
    for name in alarm_names:
        if name in self.alarms:
            self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
    delete_alarms(self, alarm_names)


CloudWatchBackend.delete_alarms = delete_with_tags

enable_key_rotation = KmsResponse.enable_key_rotation
get_key_rotation_status = KmsResponse.get_key_rotation_status


def enable_with_period(self):
    """moto forgets how often a key is to rotate."""
    answer = enable_key_rotation(self)
    key = self.kms_backend.keys[self.kms_backend.get_key_id(self._get_param("KeyId"))]
    key.pilotlight_rotation_days = self._get_param("RotationPeriodInDays") or 365
    return answer


def status_with_period(self):
    status = json.loads(get_key_rotation_status(self))
    key = self.kms_backend.keys[self.kms_backend.get_key_id(self._get_param("KeyId"))]
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = key.__dict__.get("pilotlight_rotation_days", 365)
    return json.dumps(status)


KmsResponse.enable_key_rotation = enable_with_period
KmsResponse.get_key_rotation_status = status_with_period

# moto shows the description of a rule only where the rule is about an address range.
SecurityGroupRule.description = property(
    lambda self: self.ip_range.get("Description") or (self.source_group or {}).get("Description")
)
