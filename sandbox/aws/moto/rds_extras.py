"""Settings of RDS instances that moto takes and then forgets."""

import uuid

from moto.rds.models import DBInstance

KEPT = {
    "enable_performance_insights": False,
    "performance_insights_kms_key_id": None,
    "performance_insights_retention_period": None,
    "database_insights_mode": "standard",
    "network_type": "IPV4",
    "dedicated_log_volume": False,
    "engine_lifecycle_support": "open-source-rds-extended-support",
}

init = DBInstance.__init__


def init_and_keep(self, backend, **kwargs):
    init(self, backend, **kwargs)
    for name, default in KEPT.items():
        value = kwargs.get(name)
        setattr(self, name, default if value is None else value)
    if getattr(self, "kms_key_id", None) == "default_kms_key_id":
        self.kms_key_id = own_key(self)


def own_key(self):
    """The key that AWS makes for RDS in an account and region."""
    key = uuid.uuid5(uuid.NAMESPACE_DNS, f"rds.{self.region}.{self.account_id}")
    return f"arn:aws:kms:{self.region}:{self.account_id}:key/{key}"


def insights_key(self):
    return (self.__dict__["performance_insights_kms_key_id"] or own_key(self)) if is_watched(self) else None


def insights_days(self):
    return (self.__dict__["performance_insights_retention_period"] or 7) if is_watched(self) else None


def is_watched(self):
    return self.__dict__.get("enable_performance_insights", False)


def keep(name):
    return lambda self, value: self.__dict__.__setitem__(name, value)


DBInstance.__init__ = init_and_keep
DBInstance.performance_insights_enabled = property(is_watched)
DBInstance.performance_insights_kms_key_id = property(insights_key, keep("performance_insights_kms_key_id"))
DBInstance.performance_insights_retention_period = property(
    insights_days, keep("performance_insights_retention_period")
)
