import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { z } from "zod";
import { motoServer } from "../../sandbox-aws/aws-world.ts";

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

/** What boto3 sees of a region, in a process that knows nothing of us but AWS's own variables. */
export async function seenByBoto3(region: string): Promise<z.infer<typeof seenSchema>> {
  const { PATH, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  const python = join(dirname(await motoServer()), "venv", "bin", "python");
  const script = join(import.meta.dirname, "../../sandbox-aws/third-party.py");
  const { stdout } = await promisify(execFile)(python, [script], {
    env: {
      ...{ PATH, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
      ...{ AWS_DEFAULT_REGION: region, PYTHONDONTWRITEBYTECODE: "1" },
    },
  });
  return seenSchema.parse(JSON.parse(stdout));
}
