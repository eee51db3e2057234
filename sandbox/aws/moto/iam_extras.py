"""Changes of an OpenID Connect provider's audiences, which moto's IAM does not know."""

from moto.core.responses import EmptyResult
from moto.iam.responses import IamResponse


def provider_of(response):
    return response.backend.get_open_id_connect_provider(response._get_param("OpenIDConnectProviderArn"))


def add_client_id_to_open_id_connect_provider(self):
    provider, client = provider_of(self), self._get_param("ClientID")
    if client not in provider.client_id_list:
        provider.client_id_list.append(client)
    return EmptyResult()


def remove_client_id_from_open_id_connect_provider(self):
    provider, client = provider_of(self), self._get_param("ClientID")
    provider.client_id_list = [each for each in provider.client_id_list if each != client]
    return EmptyResult()


IamResponse.add_client_id_to_open_id_connect_provider = add_client_id_to_open_id_connect_provider
IamResponse.remove_client_id_from_open_id_connect_provider = remove_client_id_from_open_id_connect_provider
