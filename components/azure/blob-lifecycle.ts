/** When blobs become cheaper, and old versions go. Days. */
export interface BlobLifecycle {
  /** Days without a change after which a blob becomes cool (cheaper to keep, dearer to read). Default 30. */
  readonly coolAfterDays?: number;
  /** Days without a change after which a blob is archived; reading it then takes hours. Default: never. */
  readonly archiveAfterDays?: number;
  /** Days after which versions that were overwritten or deleted go for good. Default 90. */
  readonly deleteVersionsAfterDays?: number;
}

/** Rules of the account's management policy; pure. Errors: archived before it is cool. */
export function lifecycleRules(lifecycle: BlobLifecycle) {
  const { coolAfterDays = 30, archiveAfterDays, deleteVersionsAfterDays = 90 } = lifecycle;
  if (archiveAfterDays !== undefined && archiveAfterDays <= coolAfterDays) {
    throw new Error(`archiveAfterDays: ${archiveAfterDays} must be more than coolAfterDays, ${coolAfterDays}`);
  }
  return [
    {
      name: "tiers",
      enabled: true,
      type: "Lifecycle",
      definition: {
        filters: { blobTypes: ["blockBlob"] },
        actions: {
          baseBlob: {
            tierToCool: { daysAfterModificationGreaterThan: coolAfterDays },
            ...(archiveAfterDays === undefined
              ? {}
              : { tierToArchive: { daysAfterModificationGreaterThan: archiveAfterDays } }),
          },
          version: { delete: { daysAfterCreationGreaterThan: deleteVersionsAfterDays } },
        },
      },
    },
  ];
}
