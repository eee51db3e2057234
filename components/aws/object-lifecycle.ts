import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import type { Unwrap } from "@pulumi/pulumi";

/** When objects move to cheaper storage, in days. */
export interface ObjectLifecycle {
  /** Days after which an object costs less to keep and more to read (Standard-IA), 30 or more; default 30. */
  readonly infrequentAccessDays?: number | undefined;
  /** Days after which it moves on to Glacier Instant Retrieval, 30 more than that or later; default 90. */
  readonly archiveDays?: number | undefined;
  /** Days that a version lives on after it was overwritten or deleted; default 90. */
  readonly expireVersionsDays?: number | undefined;
  /** Days after which an upload that was never finished is thrown away; default 7. */
  readonly abortUploadDays?: number | undefined;
}

type Rules = NonNullable<Unwrap<BucketLifecycleConfigurationArgs>["rules"]>;

/**
 * The rules of a bucket. Of the Glacier classes only Instant Retrieval can be read at once: from the others the
 * application would get errors, and a standby could not be seeded anew.
 * Errors: times that S3 refuses.
 */
export function lifecycleRules(lifecycle: ObjectLifecycle): Rules {
  const { infrequentAccessDays = 30, archiveDays = 90, expireVersionsDays = 90, abortUploadDays = 7 } = lifecycle;
  if (infrequentAccessDays < 30 || archiveDays < infrequentAccessDays + 30) {
    throw new Error(
      `objects.lifecycle: infrequentAccessDays ${infrequentAccessDays}, archiveDays ${archiveDays}; S3 moves nothing before day 30, and nothing on before another 30`,
    );
  }
  return [
    {
      id: "tiers",
      status: "Enabled",
      filter: {},
      transitions: [
        { days: infrequentAccessDays, storageClass: "STANDARD_IA" },
        { days: archiveDays, storageClass: "GLACIER_IR" },
      ],
    },
    {
      id: "old-versions",
      status: "Enabled",
      filter: {},
      expiration: { expiredObjectDeleteMarker: true },
      noncurrentVersionExpiration: { noncurrentDays: expireVersionsDays },
    },
    {
      id: "unfinished-uploads",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: abortUploadDays },
    },
  ];
}
