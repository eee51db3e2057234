import { DriverError, redact } from "../../domain/errors.ts";
import { networkErrorCode } from "../network-errors.ts";

/** The account of the SDK's default credentials. Errors: `denied`, `unreachable`, `timeout`. */
export async function awsAccount(region: string, signal: AbortSignal): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient({
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 8000, throwOnRequestTimeout: true },
  });
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    if (Account === undefined) throw new DriverError("denied", "AWS names no account for these credentials");
    return Account;
  } catch (error) {
    if (error instanceof DriverError || signal.aborted) throw error;
    const name = error instanceof Error ? error.name : "";
    const reason = redact(error instanceof Error ? (error.message.split("\n")[0] ?? name) : String(error));
    if (name === "TimeoutError") throw new DriverError("timeout", `AWS STS in ${region}: ${reason}`, { cause: error });
    const code = networkErrorCode(error);
    if (code !== undefined) throw new DriverError("unreachable", `AWS STS in ${region}: ${code}`, { cause: error });
    // No credentials at all, or such as AWS does not take.
    throw new DriverError("denied", `AWS STS in ${region}: ${reason}`, { cause: error });
  } finally {
    client.destroy();
  }
}
