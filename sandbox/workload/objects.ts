import { HeadBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { ObjectSettings } from "./settings.ts";

const deadlineMs = 3000;

/** The service's own bucket or container; every call has a deadline of 3 s. */
export interface ObjectStore {
  put(key: string, body: string): Promise<void>;
  /** Throws when the bucket or container cannot be reached. */
  check(): Promise<void>;
}

export function createObjectStore(settings: ObjectSettings): ObjectStore {
  return settings.kind === "s3" ? s3Store(settings) : blobStore(settings);
}

/** Credentials, region and endpoint are found by the SDK (environment, web identity, instance role). */
function s3Store(settings: Extract<ObjectSettings, { kind: "s3" }>): ObjectStore {
  const client = new S3Client({
    maxAttempts: 2,
    forcePathStyle: settings.pathStyle,
    ...(settings.region === undefined ? {} : { region: settings.region }),
  });
  const Bucket = settings.bucket;
  return {
    async put(key, body) {
      await client.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: "application/json" }), {
        abortSignal: AbortSignal.timeout(deadlineMs),
      });
    },
    async check() {
      await client.send(new HeadBucketCommand({ Bucket }), { abortSignal: AbortSignal.timeout(deadlineMs) });
    },
  };
}

function blobStore(settings: Extract<ObjectSettings, { kind: "blob" }>): ObjectStore {
  const service = new BlobServiceClient(
    settings.endpoint,
    new StorageSharedKeyCredential(settings.account, settings.accountKey),
    {
      retryOptions: { maxTries: 2, retryDelayInMs: 100, tryTimeoutInMs: deadlineMs },
    },
  );
  const container = service.getContainerClient(settings.container);
  return {
    async put(key, body) {
      await container.getBlockBlobClient(key).upload(body, Buffer.byteLength(body), {
        abortSignal: AbortSignal.timeout(deadlineMs),
        blobHTTPHeaders: { blobContentType: "application/json" },
      });
    },
    async check() {
      await container.getProperties({ abortSignal: AbortSignal.timeout(deadlineMs) });
    },
  };
}
