import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing, poll, retryWhile } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

const onlyRequested = "its certificates are requested from ACM, not imported";

/** aws:acm/certificate:Certificate, validated by DNS: issued once its records are in Route 53. Its id is its ARN. */
export const certificate = awsKind({
  inputs: z.strictObject({
    ...regional,
    domainName: z.string(),
    subjectAlternativeNames: z.array(z.string()).optional(),
    validationMethod: z.literal("DNS", "the sandbox reads no mail; use DNS").optional(),
    keyAlgorithm: z.literal("RSA_2048", "the sandbox makes RSA_2048 keys only").optional(),
    options: z
      .strictObject({
        certificateTransparencyLoggingPreference: z.enum(["ENABLED", "DISABLED"]).optional(),
        export: z.enum(["ENABLED", "DISABLED"]).optional(),
      })
      .optional(),
    certificateAuthorityArn: refused("it has no private certificate authorities"),
    certificateBody: refused(onlyRequested),
    certificateChain: refused(onlyRequested),
    earlyRenewalDuration: refused("it has no private certificate authorities"),
    privateKey: refused(onlyRequested),
    privateKeyWo: refused(onlyRequested),
    privateKeyWoVersion: refused(onlyRequested),
    validationOptions: refused("they are for validation by mail"),
    tags: tagsSchema,
  }),
  defaults: { validationMethod: "DNS" },
  replaceOnChanges: ["domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm", "options"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { options } = wanted;
    const { CertificateArn } = await aws.acm.send(
      new RequestCertificateCommand({
        DomainName: wanted.domainName,
        SubjectAlternativeNames: wanted.subjectAlternativeNames,
        ValidationMethod: wanted.validationMethod,
        ...(options && {
          Options: {
            CertificateTransparencyLoggingPreference: options.certificateTransparencyLoggingPreference,
            Export: options.export,
          },
        }),
        ...(Object.keys(wanted.tags ?? {}).length > 0 && { Tags: tagList(wanted.tags) }),
      }),
      { abortSignal },
    );
    return CertificateArn ?? "";
  },

  async look(aws, id, known, { signal: abortSignal }) {
    const found = await findCertificate(aws, id, abortSignal);
    if (found === undefined) return undefined;
    const { Tags } = await aws.acm.send(new ListTagsForCertificateCommand({ CertificateArn: id }), { abortSignal });
    const names = found.SubjectAlternativeNames ?? [];
    // ACM counts the domain itself among its alternatives; the program need not have.
    const declared = z.array(z.string()).catch([]).parse(known["subjectAlternativeNames"]);
    const others = names.filter((name) => name !== found.DomainName || declared.includes(name));
    return {
      properties: {
        arn: id,
        domainName: found.DomainName,
        domainValidationOptions: (found.DomainValidationOptions ?? []).map(
          ({ DomainName, ResourceRecord: record }) => ({
            domainName: DomainName,
            resourceRecordName: record?.Name,
            resourceRecordType: record?.Type,
            resourceRecordValue: record?.Value,
          }),
        ),
        keyAlgorithm: "RSA_2048",
        notAfter: found.NotAfter?.toISOString(),
        notBefore: found.NotBefore?.toISOString(),
        options: {
          certificateTransparencyLoggingPreference: found.Options?.CertificateTransparencyLoggingPreference,
          export: found.Options?.Export,
        },
        pendingRenewal: false,
        renewalEligibility: found.RenewalEligibility,
        renewalSummaries: [],
        status: found.Status,
        subjectAlternativeNames: others,
        type: found.Type,
        validationEmails: [],
        validationMethod: "DNS",
        tags: tagMap(Tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const CertificateArn = id;
    await syncTags(change.oldTags, change.inputs.tags, {
      add: (tags) =>
        aws.acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: tagList(tags) }), { abortSignal }),
      remove: (keys) => {
        const Tags = keys.map((Key) => ({ Key }));
        return aws.acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags }), { abortSignal });
      },
    });
  },

  async delete(aws, id, _state, { signal }) {
    await retryWhile(/^ResourceInUse/, signal, () =>
      orMissing(aws.acm.send(new DeleteCertificateCommand({ CertificateArn: id }), { abortSignal: signal })),
    );
  },
});

/** aws:acm/certificateValidation:CertificateValidation waits for the certificate; nothing of its own is there. */
export const certificateValidation = awsKind({
  inputs: z.strictObject({
    ...regional,
    certificateArn: z.string(),
    validationRecordFqdns: z.array(z.string()).optional(),
  }),
  replaceOnChanges: ["certificateArn", "validationRecordFqdns"],

  async create(aws, { certificateArn }, { signal }) {
    const issued = await poll(
      `certificate ${certificateArn} is not issued; are its records in Route 53?`,
      signal,
      async () => {
        const found = await findCertificate(aws, certificateArn, signal);
        if (found === undefined) throw new Error(`there is no certificate ${certificateArn}`);
        return found.Status === "ISSUED" ? found : undefined;
      },
    );
    return issued.IssuedAt?.toISOString() ?? certificateArn;
  },

  async look(aws, _id, known, { signal }) {
    const certificateArn = String(known["certificateArn"] ?? "");
    const found = certificateArn === "" ? undefined : await findCertificate(aws, certificateArn, signal);
    return found?.Status === "ISSUED" ? { properties: { certificateArn } } : undefined;
  },

  async delete() {},
});

async function findCertificate(aws: AwsRegion, CertificateArn: string, abortSignal: AbortSignal) {
  const command = new DescribeCertificateCommand({ CertificateArn });
  return (await orMissing(aws.acm.send(command, { abortSignal })))?.Certificate;
}
