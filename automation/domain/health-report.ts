import type { Site } from "../../stacks/outputs.ts";

/** An HTTP answer to a health check. Redirects are not followed. */
export interface HealthAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

export type HealthStatus = "healthy" | "degraded" | "unhealthy";

/** `failure`: it does not work. `unknown`: something answers, but not a health check, so nothing was learnt. */
export type HealthReading =
  | { readonly kind: "answer"; readonly status: HealthStatus; readonly site: Site | undefined }
  | { readonly kind: "failure" | "unknown"; readonly reason: string };

/** Path of a health check unless a service's configuration says another. */
export const DEFAULT_HEALTH_PATH = "/health";

/** Characters of an answer that are read; a report is shorter. */
export const LONGEST_HEALTH_REPORT = 256 * 1024;

/** As reports say it, in lower case: ours, Spring Boot, ASP.NET, health+json (draft-inadarei-api-health-check), gRPC's gateway, Consul. */
const words: ReadonlyMap<string, HealthStatus> = new Map([
  ...["healthy", "up", "ok", "okay", "pass", "passed", "passing", "success", "serving", "alive", "ready", "green"].map(
    (word) => [word, "healthy"] as const,
  ),
  ...["degraded", "warn", "warning", "yellow", "partial"].map((word) => [word, "degraded"] as const),
  ...["unhealthy", "down", "fail", "failed", "failing", "failure", "error", "critical", "fatal", "red"].map(
    (word) => [word, "unhealthy"] as const,
  ),
  ...["out_of_service", "not_serving", "not_ready", "unavailable", "maintenance", "shutting_down", "stopping"].map(
    (word) => [word, "unhealthy"] as const,
  ),
]);

/** Names under which a report says how it is, the most telling first. */
const keys = ["status", "health", "healthy", "state", "ok", "up", "alive", "success"];

/**
 * What the answer of a health check says. A status other than 2xx is never up, whatever the body says. With 2xx, a report in the body
 * decides (JSON, or one word of text); a body that is no report leaves it at the status, as load balancers do. A page (HTML) or a
 * redirect is nobody's health check: a login or a single-page application answers so at every path.
 */
export function readHealth({ status, contentType, body }: HealthAnswer): HealthReading {
  const text = body.replace(/^\ufeff/, "").trim();
  const isPage = /html/i.test(contentType ?? "") || /^<(!doctype|html|head|body|\?xml)/i.test(text);
  const value = isPage ? undefined : parse(text);
  const said = statusOf(value);
  if (status >= 300 && status < 400) {
    return { kind: "unknown", reason: `answered ${status}, a redirect: no health check; see the service's healthPath` };
  }
  if (status < 200 || status >= 400) {
    return said === undefined
      ? { kind: "failure", reason: `answered ${status} without a health report` }
      : { kind: "answer", status: "unhealthy", site: siteOf(value) };
  }
  if (isPage) {
    return {
      kind: "unknown",
      reason: `answered ${status} with a page, not with a health report; see the service's healthPath`,
    };
  }
  return { kind: "answer", status: said ?? "healthy", site: siteOf(value) };
}

/** JSON, or one line of text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function statusOf(value: unknown): HealthStatus | undefined {
  if (typeof value === "string")
    return words.get(
      value
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, "_")
        .replace(/[.!]$/, ""),
    );
  if (typeof value === "boolean") return value ? "healthy" : "unhealthy";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
  for (const key of keys) {
    const field: unknown = fields.get(key);
    // Some nest it: {"status": {"status": "UP"}}.
    const found = statusOf(field);
    if (found !== undefined) return found;
  }
  return undefined;
}

function siteOf(value: unknown): Site | undefined {
  if (typeof value !== "object" || value === null || !("site" in value)) return undefined;
  return value.site === "primary" || value.site === "standby" ? value.site : undefined;
}
