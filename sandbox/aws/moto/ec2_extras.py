"""What moto's EC2 does not carry out: changes and deletion of VPC endpoints, tags of launch templates."""

from moto.ec2.exceptions import InvalidVpcEndPointIdError
from moto.ec2.models import EC2Backend
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import random_private_ip

create_vpc_endpoint = EC2Backend.create_vpc_endpoint
modify_vpc_endpoint = EC2Backend.modify_vpc_endpoint
modify_action = VPCs.modify_vpc_endpoint
delete_vpc_endpoints = EC2Backend.delete_vpc_endpoints


def create_whole_endpoint(self, *args, **kwargs):
    endpoint = create_vpc_endpoint(self, *args, **kwargs)
    endpoint.vpc_endpoint_type = endpoint.vpc_endpoint_type or "Gateway"
    if endpoint.vpc_endpoint_type == "Gateway":
        endpoint.private_dns_enabled = False
    elif not endpoint.security_group_ids:
        endpoint.security_group_ids = [self.get_default_security_group(endpoint.vpc_id).id]
    endpoint.pilotlight_interfaces = dict(zip(endpoint.subnet_ids or [], endpoint.network_interface_ids))
    return endpoint


def modify_with_effects(self, vpc_id, **changes):
    """moto changes the lists of subnets and route tables, but neither interfaces nor routes."""
    endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
    prefix_list = endpoint.destination_prefix_list_id
    for table in changes["remove_route_tables"] or []:
        if prefix_list and table in endpoint.route_table_ids:
            self.delete_route(table, prefix_list)
    for table in changes["add_route_tables"] or []:
        if prefix_list and table not in endpoint.route_table_ids:
            self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list)
    interfaces = endpoint.pilotlight_interfaces
    for subnet in changes["remove_subnets"] or []:
        self.enis.pop(interfaces.pop(subnet, None), None)
    for subnet in changes["add_subnets"] or []:
        if subnet not in interfaces:
            interfaces[subnet] = self.create_network_interface(subnet, random_private_ip()).id
    endpoint.network_interface_ids = list(interfaces.values())
    modify_vpc_endpoint(self, vpc_id, **changes)


def modify_with_dns(self):
    answer = modify_action(self)
    wanted = self._get_param("PrivateDnsEnabled")
    if wanted is not None:
        endpoint = self.ec2_backend.describe_vpc_endpoints([self._get_param("VpcEndpointId")])[0]
        endpoint.private_dns_enabled = self._get_bool_param("PrivateDnsEnabled")
    return answer


def delete_for_good(self, vpce_ids=None):
    """moto keeps deleted endpoints for ever, and stumbles over route tables that went before."""
    for key in vpce_ids or []:
        endpoint = self.vpc_end_points.get(key)
        if endpoint is None:
            raise InvalidVpcEndPointIdError(key)
        endpoint.route_table_ids = [each for each in endpoint.route_table_ids if each in self.route_tables]
        if endpoint.destination_prefix_list_id is None:
            endpoint.route_table_ids = []
    delete_vpc_endpoints(self, vpce_ids)
    for key in vpce_ids or []:
        del self.vpc_end_points[key]


EC2Backend.create_vpc_endpoint = create_whole_endpoint
EC2Backend.modify_vpc_endpoint = modify_with_effects
EC2Backend.delete_vpc_endpoints = delete_for_good
VPCs.modify_vpc_endpoint = modify_with_dns

# moto shows the tags that a launch template was made with, whatever was changed since.
LaunchTemplate.tags = property(lambda self: self.get_tags(), lambda self, _: None)
