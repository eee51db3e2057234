import process from "node:process";
import { z } from "zod";
import { runBoto3 } from "../../sandbox/aws/run-boto3.ts";

const clusterSchema = z.object({
  status: z.string(),
  encrypts: z.array(z.array(z.string())),
  nodeGroups: z.record(z.string(), z.object({ status: z.string(), size: z.number() })),
});
const bucketSchema = z.object({
  versioning: z.string(),
  encryption: z.array(z.string()),
  lifecycle: z.array(z.tuple([z.number(), z.string()])),
  blocked: z.record(z.string(), z.boolean()),
});
const seenSchema = z.object({
  network: z.object({ vpcs: z.record(z.string(), z.string()), subnets: z.record(z.string(), z.unknown()) }),
  clusters: z.record(z.string(), clusterSchema),
  databases: z.record(z.string(), z.object({ status: z.string(), encrypted: z.boolean() })),
  buckets: z.record(z.string(), bucketSchema),
  secrets: z.record(z.string(), z.unknown()),
  zones: z.record(z.string(), z.array(z.tuple([z.string(), z.string(), z.unknown(), z.unknown()]))),
});

/** What boto3 sees of a region of the sandbox. */
export async function seenByBoto3(region: string): Promise<z.infer<typeof seenSchema>> {
  return seenSchema.parse(await runBoto3(process.env["AWS_ENDPOINT_URL"] ?? "", region));
}
