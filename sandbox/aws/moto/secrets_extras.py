"""Rotation of secrets as a schedule: the sandbox has no Lambda functions, so nothing rotates and no value is touched."""

import time

from moto.secretsmanager.exceptions import InvalidParameterException, InvalidRequestException, SecretNotFoundException
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

to_dict = FakeSecret.to_dict


def rotate_secret(
    self,
    secret_id,
    client_request_token=None,
    rotation_lambda_arn=None,
    rotation_rules=None,
    rotate_immediately=True,
):
    if not self._is_valid_identifier(secret_id):
        raise SecretNotFoundException()
    secret = self.secrets[secret_id]
    if secret.is_deleted():
        raise InvalidRequestException("You can't perform this operation on the secret because it was marked for deletion.")
    if rotation_lambda_arn:
        secret.rotation_lambda_arn = rotation_lambda_arn
    if not secret.rotation_lambda_arn:
        raise InvalidParameterException("No Lambda rotation function ARN is associated with this secret.")
    rules = rotation_rules or secret.__dict__.get("pilotlight_rules")
    if not rules:
        raise InvalidParameterException("You must specify RotationRules for the first rotation of a secret.")
    days = rules.get("AutomaticallyAfterDays")
    if days is not None and not 1 <= days <= 1000:
        raise InvalidParameterException("RotationRules.AutomaticallyAfterDays must be within 1-1000.")
    secret.pilotlight_rules = rules
    secret.rotation_requested = True
    secret.rotation_enabled = True
    secret.next_rotation_date = None if days is None else int(time.time()) + days * 86400
    return secret.to_short_dict()


def dict_with_rules(self):
    result = to_dict(self)
    if self.rotation_requested:
        result["RotationRules"] = self.__dict__.get("pilotlight_rules", {})
    return result


SecretsManagerBackend.rotate_secret = rotate_secret
FakeSecret.to_dict = dict_with_rules
