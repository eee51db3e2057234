"""Faults of moto 5.2 that the sandbox would trip over."""

from moto.ec2.models import EC2Backend
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
