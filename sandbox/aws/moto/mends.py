"""Faults of moto 5.2 that the sandbox would trip over."""

from moto.rds.models import RDSBackend

modify_subnet_group = RDSBackend.modify_db_subnet_group


def modify_and_keep(self, subnet_name, *args, **kwargs):
    """moto loses an RDS subnet group when it is modified."""
    group = modify_subnet_group(self, subnet_name, *args, **kwargs)
    self.subnet_groups[group.name] = group
    return group


RDSBackend.modify_db_subnet_group = modify_and_keep
