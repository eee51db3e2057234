"""Lifecycle rules as they were put: moto loses sizes, counts of versions and empty filters."""

import xmltodict
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

bucket_response_put = S3Response._bucket_response_put
get_bucket_lifecycle = S3Response.get_bucket_lifecycle
delete_lifecycle = FakeBucket.delete_lifecycle

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def put_and_keep(self, request, bucket_name, querystring):
    answer = bucket_response_put(self, request, bucket_name, querystring)
    if "lifecycle" in querystring:
        self.backend.get_bucket(bucket_name).pilotlight_lifecycle = (
            xmltodict.parse(self.body)["LifecycleConfiguration"],
            self.headers.get("x-amz-transition-default-minimum-object-size", "all_storage_classes_128K"),
        )
    return answer


def get_as_put(self):
    kept = getattr(self.backend.get_bucket(self.bucket_name), "pilotlight_lifecycle", None)
    if kept is None or not self.backend.get_bucket_lifecycle(self.bucket_name):
        return get_bucket_lifecycle(self)
    configuration, minimum_size = kept
    body = xmltodict.unparse({"LifecycleConfiguration": {**configuration, "@xmlns": NAMESPACE}})
    headers = {"content-type": "application/xml", "x-amz-transition-default-minimum-object-size": minimum_size}
    return 200, headers, body


def delete_with_kept(self):
    delete_lifecycle(self)
    self.__dict__.pop("pilotlight_lifecycle", None)


S3Response._bucket_response_put = put_and_keep
S3Response.get_bucket_lifecycle = get_as_put
FakeBucket.delete_lifecycle = delete_with_kept
