"""Makes moto repeatable.

A request with the header x-pilotlight-seed draws all its random values (ids, passwords, upload ids) from a generator of
its own, and one with x-pilotlight-at (milliseconds since 1970) believes that it is that time. The same request with the
same headers thus makes the same resource, whatever else was asked before or in between. A backend that moto makes on
first use of a region (default VPC, its subnets) is seeded with its own name, so it does not matter who uses it first.
"""

import contextvars
import datetime as real_datetime
import importlib
import os
import random
import time as real_time
import types
import uuid

from moto.core import base_backend
from moto.core import utils as moto_utils
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.moto_random import MotoRandom
from moto.moto_server import werkzeug_app

generator = contextvars.ContextVar("generator", default=None)
instant = contextvars.ContextVar("instant", default=None)

# Some modules of moto draw values when they are loaded, and what loads them first differs from run to run.
mock_random.seed(0)
SERVICES = (
    *("iam", "ec2", "s3", "rds", "eks", "route53", "secretsmanager", "kms", "logs", "sts"),
    *("acm", "autoscaling", "cloudwatch", "ecr", "elb", "elbv2", "sns"),
)
for service in SERVICES:
    importlib.import_module(f"moto.{service}.models")
mock_random.seed()


class RequestRandom(MotoRandom):
    def random(self):
        own = generator.get()
        return super().random() if own is None else own.random()

    def getrandbits(self, k):
        own = generator.get()
        return super().getrandbits(k) if own is None else own.getrandbits(k)


# Every module of moto holds a reference to this one object, so it changes class in place.
mock_random.__class__ = RequestRandom

system_urandom = os.urandom


def urandom(size):
    own = generator.get()
    return system_urandom(size) if own is None else own.randbytes(size)


os.urandom = urandom


def backend_id():
    """moto tells its backends apart by these, made on first use; they must not shift what the request draws."""
    return uuid.UUID(bytes=system_urandom(16), version=4)


base_backend.uuid4 = backend_id


class AnyDatetime(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, real_datetime.datetime)


class RequestDatetime(real_datetime.datetime, metaclass=AnyDatetime):
    @classmethod
    def now(cls, tz=None):
        at = instant.get()
        return real_datetime.datetime.now(tz) if at is None else real_datetime.datetime.fromtimestamp(at, tz)


def request_time():
    at = instant.get()
    return real_time.time() if at is None else at


def shadow(module, **changes):
    copy = types.ModuleType(module.__name__)
    copy.__dict__.update(module.__dict__, **changes)
    return copy


moto_utils.datetime = shadow(real_datetime, datetime=RequestDatetime)
importlib.import_module("moto.autoscaling.models").datetime = RequestDatetime
importlib.import_module("moto.s3.models").datetime = shadow(real_datetime, datetime=RequestDatetime)
importlib.import_module("moto.secretsmanager.models").time = shadow(real_time, time=request_time)

get_backend = base_backend.AccountSpecificBackend.__getitem__


def get_seeded_backend(self, region_name):
    if region_name in self.keys():
        return get_backend(self, region_name)
    token = generator.set(random.Random(f"{self.service_name}/{self.account_id}/{region_name}"))
    try:
        return get_backend(self, region_name)
    finally:
        generator.reset(token)


base_backend.AccountSpecificBackend.__getitem__ = get_seeded_backend

get_application = werkzeug_app.DomainDispatcherApplication.get_application


def get_application_apart(self, environ):
    """Loads a service on its first use, which must not shift what the request draws."""
    token = generator.set(None)
    try:
        return get_application(self, environ)
    finally:
        generator.reset(token)


werkzeug_app.DomainDispatcherApplication.get_application = get_application_apart

dispatch = werkzeug_app.DomainDispatcherApplication.__call__


def repeatable_dispatch(self, environ, start_response):
    seed = environ.pop("HTTP_X_PILOTLIGHT_SEED", None)
    at = environ.pop("HTTP_X_PILOTLIGHT_AT", None)
    seed_token = generator.set(None if seed is None else random.Random(seed))
    time_token = instant.set(None if at is None else int(at) / 1000)
    try:
        return dispatch(self, environ, start_response)
    finally:
        generator.reset(seed_token)
        instant.reset(time_token)


werkzeug_app.DomainDispatcherApplication.__call__ = repeatable_dispatch
