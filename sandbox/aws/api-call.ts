import type { IncomingHttpHeaders } from "node:http";

/** One call to the AWS API, as far as its wire form tells. */
export interface ApiCall {
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Signing name of the service, e.g. `rds`; `s3` when the call is not signed. */
  readonly service: string;
  readonly region: string;
  /** Operation name of the query, JSON and RPC protocols, e.g. `CreateDBInstance`; undefined with the REST protocols. */
  readonly action: string | undefined;
  /** Parameters of the query protocol. */
  readonly parameters: URLSearchParams;
  readonly mutating: boolean;
}

const readingAction =
  /^(Describe|List|Get|Head|Lookup|Search|Simulate|Filter|BatchGet|Check|Decode|Encrypt|Decrypt|ReEncrypt|GenerateDataKey|GenerateRandom|Sign|Verify)/;
const dropped = new Set(["connection", "keep-alive", "transfer-encoding", "expect", "te", "upgrade", "content-length"]);

/** Headers as moto should see them: no connection headers, none of the sandbox's own. */
export function forwardedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.has(name) || name.startsWith("x-pilotlight-")
        ? []
        : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

/** @param form the body of a form post; undefined for any other body. */
export function parseApiCall(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  form: string | undefined,
): ApiCall {
  const { searchParams } = new URL(path, "http://aws");
  const scope =
    /Credential=([^,\s]+)/.exec(headers["authorization"] ?? "")?.[1] ?? searchParams.get("X-Amz-Credential");
  const [, , region = "us-east-1", service = "s3"] = scope?.split("/") ?? [];
  const parameters = form === undefined ? searchParams : new URLSearchParams(form);
  const operation = /^\/service\/[^/]+\/operation\/(\w+)/.exec(path)?.[1];
  const action = headers["x-amz-target"]?.split(".").at(-1) ?? parameters.get("Action") ?? operation;
  const mutating = action === undefined ? !["GET", "HEAD", "OPTIONS"].includes(method) : !readingAction.test(action);
  return { method, path, headers, service, region, action, parameters, mutating };
}
