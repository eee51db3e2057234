import type { TokenCredential } from "@azure/identity";
import { DriverError, redact } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import { networkErrorCode } from "../network-errors.ts";
import type { TableAuthorization } from "./table-authorization.ts";

const scope = "https://storage.azure.com/.default";

/**
 * By an identity, which needs the role Storage Table Data Contributor on the account. Default: `DefaultAzureCredential` (environment,
 * workload or managed identity, CLI). It keeps its token until that ends. Errors: `denied`, retryable where the identity's endpoint did not answer.
 */
export function storageCredential(clock: Pick<Clock, "now">, credential?: TokenCredential): TableAuthorization {
  let made = credential;
  return async (_url, signal) => {
    try {
      made ??= new (await import("@azure/identity")).DefaultAzureCredential();
      const token = await made.getToken(scope, { abortSignal: signal });
      if (token === null) throw new DriverError("denied", "no Azure credential gave a token for storage");
      return { "x-ms-date": clock.now().toUTCString(), authorization: `Bearer ${token.token}` };
    } catch (error) {
      if (error instanceof DriverError || signal.aborted) throw error;
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      throw new DriverError("denied", `no token for Azure storage: ${redact(reason)}`, {
        cause: error,
        retryable: networkErrorCode(error) !== undefined,
      });
    }
  };
}
