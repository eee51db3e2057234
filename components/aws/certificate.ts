import { Certificate as AcmCertificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

export interface CertificateArgs {
  /** The name that the certificate is for; `*.` before it covers one level. */
  readonly domainName: string;
  /** Further names on the same certificate; default none. */
  readonly alternativeNames?: readonly string[] | undefined;
  /** Public Route 53 zone of all those names. It must be delegated already: AWS looks the proof up from outside. */
  readonly zoneId: Input<string>;
  /** Tags of the certificate. */
  readonly tags: Tags;
}

/** A certificate of ACM, which proves itself by records in the zone and renews itself for as long as they stay. */
export class Certificate extends ComponentResource {
  /** Known only once AWS has issued it, so that nothing listens with a certificate that is not valid yet. */
  readonly arn: Output<string>;

  constructor(name: string, args: CertificateArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:Certificate", name, {}, options);
    const names = [args.domainName, ...(args.alternativeNames ?? [])];
    const certificate = new AcmCertificate(
      `${name}-certificate`,
      {
        domainName: args.domainName,
        subjectAlternativeNames: [...(args.alternativeNames ?? [])],
        validationMethod: "DNS",
        tags: { ...args.tags },
      },
      { parent: this },
    );
    // A name and its wildcard have the same proof.
    const domains = [...new Set(names.map((domain) => domain.replace(/^\*\./, "")))];
    const proofs = domains.map((domain) => {
      const proof = certificate.domainValidationOptions.apply((found) => {
        const match = found.find((one) => one.domainName.replace(/^\*\./, "") === domain);
        if (!match) throw new Error(`certificate ${args.domainName}: AWS asks for no proof of ${domain}; try again`);
        return match;
      });
      return new DnsRecord(
        `${name}-proof-${domain}`,
        {
          zoneId: args.zoneId,
          name: proof.resourceRecordName,
          type: proof.resourceRecordType,
          records: [proof.resourceRecordValue],
          ttl: 60,
          // The same for every certificate of this name in this account, so another one may have made it.
          allowOverwrite: true,
        },
        { parent: this },
      );
    });
    const validation = new CertificateValidation(
      `${name}-validation`,
      { certificateArn: certificate.arn, validationRecordFqdns: proofs.map(({ fqdn }) => fqdn) },
      // Minutes where the zone is delegated; where it is not, an hour and a quarter of waiting would not help.
      { parent: this, customTimeouts: { create: "20m" } },
    );
    this.arn = validation.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }
}
