import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ApiFaults } from "../../contracts/api-faults.ts";
import { azureAccount } from "../account.ts";
import type { ManagedIdentity } from "../identity.ts";
import { ArmError } from "./arm-error.ts";
import { type ArmPath, parseActionPath, parseArmPath } from "./arm-id.ts";
import type { ArmAnswer, ArmService } from "./arm-service.ts";
import { asksForVersions, offeredVersions } from "./kubernetes-versions.ts";
import { toArmError } from "./operations.ts";

const maxBodyBytes = 4 * 1024 * 1024;
/** The answer to a throttled caller. */
const retryAfterSeconds = 2;

/** HTTP of Azure Resource Manager and of the identity endpoint (`/msi/token`). */
export function armHttp(service: ArmService, identity: ManagedIdentity, faults?: ApiFaults): Server {
  return createServer((request, response) => {
    answer({ service, identity, faults }, request, response).catch((error: unknown) => {
      const failure = toArmError(error);
      send(response, failure.status, failure.toBody());
    });
  });
}

interface Parts {
  readonly service: ArmService;
  readonly identity: ManagedIdentity;
  readonly faults: ApiFaults | undefined;
}

async function answer(
  { service, identity, faults }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
  if (url.pathname === "/msi/token" && request.method === "GET") {
    const header = request.headers["x-identity-header"];
    const name = Array.isArray(header) ? header[0] : header;
    send(response, 200, identity.token(url.searchParams, name, service.principals()));
    return;
  }
  const principalId = identity.authenticate(request.headers.authorization);
  const version = url.searchParams.get("api-version");
  if (version === null) {
    const text = "The api-version query parameter (?api-version=) is required for all requests.";
    throw new ArmError(400, "MissingApiVersionParameter", text);
  }
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(version)) {
    throw new ArmError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid; expected YYYY-MM-DD.`,
    );
  }
  const method = request.method ?? "GET";
  const path = method === "POST" ? parseActionPath(url.pathname) : parseArmPath(url.pathname);
  if (path === undefined) throw new ArmError(404, "NotFound", `There is nothing at '${url.pathname}'.`);
  const subscription = path.kind === "resource" ? path.id.subscription : path.subscription;
  if (subscription.toLowerCase() !== azureAccount.subscriptionId) {
    throw new ArmError(404, "SubscriptionNotFound", `The subscription '${subscription}' could not be found.`);
  }
  const how = faults?.hit(
    "azure",
    path.kind === "resource" ? path.id.type : path.kind === "collection" ? path.type : "",
  );
  if (how === "throttle") {
    response.setHeader("Retry-After", String(retryAfterSeconds));
    throw new ArmError(429, "TooManyRequests", "The request is being throttled as the limit has been reached.");
  }
  if (how === "fail") throw new ArmError(503, "ServiceUnavailable", "The service is unavailable now, try again later.");
  service.authorize(principalId, method, path);
  const body = method === "GET" || method === "DELETE" ? undefined : await readBody(request);
  const result = await dispatch(service, principalId, method, path, body);
  if (result.operation !== undefined) {
    const provider = path.kind === "resource" ? path.id.namespace : "Microsoft.Resources";
    const operation = `${url.origin}/subscriptions/${subscription}/providers/${provider}/locations/global/operations/${result.operation}?api-version=${version}`;
    response.setHeader("Azure-AsyncOperation", operation);
    if (method === "DELETE") response.setHeader("Location", operation);
    response.setHeader("Retry-After", "1");
    response.setHeader("x-ms-retry-after-ms", "200");
  }
  send(response, result.status, result.body);
}

async function dispatch(
  service: ArmService,
  principalId: string,
  method: string,
  path: ArmPath,
  body: unknown,
): Promise<ArmAnswer> {
  if (path.kind === "operation" && method === "GET") {
    return { status: 200, body: service.operations.status(path.operation) };
  }
  if (asksForVersions(path) && method === "GET") return { status: 200, body: offeredVersions() };
  if (path.kind === "collection" && method === "GET") return service.list(path.scope, path.type, principalId);
  if (path.kind === "subscription" && method === "GET") {
    const { subscriptionId, tenantId } = azureAccount;
    const id = `/subscriptions/${subscriptionId}`;
    return { status: 200, body: { id, subscriptionId, tenantId, displayName: "Pilotlight sandbox", state: "Enabled" } };
  }
  if (path.kind === "resource") {
    if (method === "POST" && path.action !== undefined) return service.action(path.id, path.action, body);
    if (path.action !== undefined) throw new ArmError(404, "NotFound", `'${path.id.id}' has no '${path.action}'.`);
    if (method === "GET") return service.get(path.id);
    if (method === "HEAD") return { status: service.get(path.id).status === 200 ? 204 : 404 };
    if (method === "PUT") return service.put(path.id, body);
    if (method === "PATCH") return service.patch(path.id, body);
    if (method === "DELETE") return service.delete(path.id);
  }
  throw new ArmError(405, "MethodNotAllowed", `The method '${method}' is not allowed here.`);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes) throw new ArmError(413, "RequestEntityTooLarge", "The request is larger than 4 MB.");
    chunks.push(bytes);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new ArmError(400, "InvalidRequestContent", "The request content is not valid JSON.");
  }
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  response.statusCode = status;
  response.setHeader("x-ms-request-id", randomUUID());
  if (body === undefined) {
    response.end();
    return;
  }
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}
