"""Route 53 as it is: record sets told apart by their identifiers, changes all or none, health checks of alarms."""

from moto.core.responses import ActionResult
from moto.route53.exceptions import (
    DnsNameInvalidForZone,
    InvalidActionValue,
    InvalidInput,
    ResourceRecordAlreadyExists,
)
from moto.route53.models import HealthCheck, RecordSet, Route53Backend
from moto.route53.responses import Route53
from moto.route53.utils import validate_domain_name

create_health_check = Route53.create_health_check
health_check_config = HealthCheck.health_check_config.fget

# Name of each setting in the API and in moto.
SETTINGS = {
    "IPAddress": "ip_address",
    "Port": "port",
    "ResourcePath": "resource_path",
    "FullyQualifiedDomainName": "fqdn",
    "SearchString": "search_string",
    "FailureThreshold": "failure_threshold",
    "HealthThreshold": "health_threshold",
    "Inverted": "inverted",
    "Disabled": "disabled",
    "EnableSNI": "enable_sni",
    "ChildHealthChecks": "children",
    "Regions": "regions",
    "AlarmIdentifier": "alarm_identifier",
    "InsufficientDataHealthStatus": "insufficient_data_health_status",
}


def key_of(name, kind, identifier):
    return name.lower().rstrip("."), kind, identifier or None


def change_resource_record_sets(self, zoneid, change_list):
    """moto tells record sets of one name apart when it makes them, but not when it refuses or deletes them."""
    zone = self.get_hosted_zone(zoneid)
    suffix = zone.name.strip(".").lower()
    sets = {key_of(each.name, each.type, each.set_identifier): each for each in zone.rrsets}
    for change in change_list:
        action, wanted = change["Action"], dict(change["ResourceRecordSet"])
        name = wanted["Name"]
        validate_domain_name(name, code="InvalidChangeBatch")
        if name.strip(".").lower() != suffix and not name.strip(".").lower().endswith(f".{suffix}"):
            raise DnsNameInvalidForZone(name=name, zone_name=zone.name)
        wanted["Name"] = name.rstrip(".") + "."
        key = key_of(name, wanted["Type"], wanted.get("SetIdentifier"))
        if action == "DELETE":
            if key not in sets:
                raise InvalidInput(f"Tried to delete resource record set [name='{name}', type='{key[1]}'] but it was not found")
            del sets[key]
        elif action in ("CREATE", "UPSERT"):
            if action == "CREATE" and key in sets:
                raise ResourceRecordAlreadyExists(name=wanted["Name"], _type=wanted["Type"])
            if "ResourceRecords" in wanted:
                wanted["ResourceRecords"] = [each["Value"] for each in wanted["ResourceRecords"]]
            sets[key] = RecordSet(wanted)
        else:
            raise InvalidActionValue(action)
    zone.rrsets = list(sets.values())


def create_whole_health_check(self):
    answer = create_health_check(self)
    config = self._get_param("HealthCheckConfig")
    for name in ("AlarmIdentifier", "InsufficientDataHealthStatus"):
        setattr(answer.result["HealthCheck"], SETTINGS[name], config.get(name))
    return answer


def update_health_check(self):
    check = self.backend.get_health_check(self._get_param("HealthCheckId"))
    for name in self._get_param("ResetElements") or []:
        setattr(check, SETTINGS[name], None)
    for name, attribute in SETTINGS.items():
        value = self._get_param(name)
        if value is not None:
            setattr(check, attribute, value)
    check.health_check_version += 1
    return ActionResult({"HealthCheck": check})


def whole_config(self):
    config = health_check_config(self)
    config["AlarmIdentifier"] = self.__dict__.get("alarm_identifier")
    config["InsufficientDataHealthStatus"] = self.__dict__.get("insufficient_data_health_status")
    if self.type_ in ("CALCULATED", "CLOUDWATCH_METRIC"):
        for name in ("IPAddress", "Port", "RequestInterval", "FailureThreshold", "MeasureLatency", "EnableSNI"):
            config.pop(name, None)
    return config


Route53Backend.change_resource_record_sets = change_resource_record_sets
Route53.create_health_check = create_whole_health_check
Route53.update_health_check = update_health_check
HealthCheck.health_check_config = property(whole_config)
