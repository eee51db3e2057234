"""Certificates are issued when the DNS records that prove their domains are in Route 53, and never before."""

import hashlib

from moto.acm.models import AWSCertificateManagerBackend, CertBundle, acm_backends
from moto.route53.models import Route53Backend, route53_backends

describe = CertBundle.describe
request_certificate = AWSCertificateManagerBackend.request_certificate
change_resource_record_sets = Route53Backend.change_resource_record_sets
check = CertBundle.check


def proof_of(certificate, domain):
    """The record that ACM asks for: the same for a domain and its wildcard, another one for each account."""
    base = domain.removeprefix("*.")
    account = certificate.arn.split(":")[4]
    digest = hashlib.sha256(f"{account} {base}".encode()).hexdigest()
    value = f"_{digest[32:]}.{''.join(chr(97 + int(each, 16)) for each in digest[:10])}.acm-validations.aws."
    return {"Name": f"_{digest[:32]}.{base}.", "Type": "CNAME", "Value": value}


def describe_with_proofs(self):
    result = describe(self)
    shown = result["Certificate"]
    if self.type == "AMAZON_ISSUED":
        order = sorted(shown["DomainValidationOptions"], key=lambda each: each["DomainName"])
        shown["DomainValidationOptions"] = [
            {**each, "ResourceRecord": proof_of(self, each["DomainName"])} for each in order
        ]
        if self.status == "PENDING_VALIDATION":
            for name in ("IssuedAt", "NotBefore", "NotAfter", "Serial"):
                shown.pop(name, None)
        else:
            shown["RenewalEligibility"] = "ELIGIBLE" if self.in_use_by else "INELIGIBLE"
    return result


def issue_proven(account_id):
    """At every change that may prove a domain, not when somebody asks, so that a replay issues the same ones."""
    records = {
        (each.name.rstrip(".").lower(), value.rstrip(".").lower())
        for backend in route53_backends[account_id].values()
        for zone in backend.zones.values()
        for each in zone.rrsets
        if each.type == "CNAME"
        for value in each.records or []
    }
    for backend in acm_backends[account_id].values():
        for certificate in backend._certificates.values():
            if certificate.type != "AMAZON_ISSUED" or certificate.status != "PENDING_VALIDATION":
                continue
            proofs = [proof_of(certificate, each) for each in {certificate.common_name, *certificate.sans}]
            if all((each["Name"].rstrip(".").lower(), each["Value"].rstrip(".").lower()) in records for each in proofs):
                certificate.status = "ISSUED"


def request_and_issue(self, *args, **kwargs):
    arn = request_certificate(self, *args, **kwargs)
    issue_proven(self.account_id)
    return arn


def change_and_issue(self, *args, **kwargs):
    change_resource_record_sets(self, *args, **kwargs)
    issue_proven(self.account_id)


def check_expiry_only(self):
    if self.status != "PENDING_VALIDATION":
        check(self)


CertBundle.describe = describe_with_proofs
CertBundle.check = check_expiry_only
AWSCertificateManagerBackend.request_certificate = request_and_issue
Route53Backend.change_resource_record_sets = change_and_issue
