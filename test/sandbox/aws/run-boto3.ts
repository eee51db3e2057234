import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { motoServer } from "./aws-world.ts";

/** What boto3 sees at an endpoint, in a process that knows nothing of us but AWS's own variables. */
export async function runBoto3(endpoint: string, region: string): Promise<unknown> {
  const python = join(dirname(await motoServer()), "venv", "bin", "python");
  const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, "third-party.py")], {
    env: {
      PATH: process.env["PATH"],
      AWS_ENDPOINT_URL: endpoint,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  return JSON.parse(stdout);
}
