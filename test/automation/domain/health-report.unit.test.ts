import { describe, expect, it } from "vitest";
import { readHealth } from "../../../automation/domain/health-report.ts";

const json = "application/json";
const read = (status: number, body: string, contentType: string | undefined = json) =>
  readHealth({ status, contentType, body });
const reading = (...answer: Parameters<typeof read>) => {
  const found = read(...answer);
  return found.kind === "answer" ? found.status : found.kind;
};

describe("what a health check answers", () => {
  it.each<[string, string, string]>([
    ["the reference", '{"status":"healthy","site":"primary","checks":{"database":{"status":"ok"}}}', "healthy"],
    ["the reference, degraded", '{"status":"degraded","site":"primary"}', "degraded"],
    ["a report with a byte order mark", '\ufeff{"status":"unhealthy"}', "unhealthy"],
    ["Spring Boot", '{"status":"UP","components":{"db":{"status":"UP"}}}', "healthy"],
    ["Spring Boot, down with 200", '{"status":"DOWN","components":{"db":{"status":"DOWN"}}}', "unhealthy"],
    ["Spring Boot, out of service", '{"status":"OUT_OF_SERVICE"}', "unhealthy"],
    ["Spring Boot, that does not know", '{"status":"UNKNOWN"}', "healthy"],
    ["ASP.NET", '{"status":"Degraded","totalDuration":"00:00:00.01","entries":{}}', "degraded"],
    ["health+json", '{"status":"pass","checks":{"cpu":[{"status":"fail"}]}}', "healthy"],
    ["health+json, warning", '{"status":"WARN","output":"replica is late"}', "degraded"],
    ["health+json, failing", '{"status":"fail"}', "unhealthy"],
    ["Elasticsearch", '{"cluster_name":"shop","status":"yellow"}', "degraded"],
    ["a flag", '{"healthy":false,"message":"channel in error"}', "unhealthy"],
    ["another flag", '{"ok":true}', "healthy"],
    ["gRPC", '{"status":"NOT_SERVING"}', "unhealthy"],
    ["a state", '{"state":"out of service"}', "unhealthy"],
    ["a nested status", '{"status":{"status":"DOWN"}}', "unhealthy"],
    ["other case of the names", '{"Status":"Unhealthy"}', "unhealthy"],
    ["JSON that says nothing of it", '{"uptime":12,"version":"1.2"}', "healthy"],
    ["a list", "[]", "healthy"],
    ["a number as status", '{"status":200}', "healthy"],
    ["false", "false", "unhealthy"],
    ["nothing", "", "healthy"],
  ])("with 200 in JSON: %s", (_, body, expected) => {
    expect(reading(200, body)).toBe(expected);
  });

  it.each<[string, string]>([
    ["Healthy", "healthy"],
    ["Degraded", "degraded"],
    ["Unhealthy\n", "unhealthy"],
    ["OK", "healthy"],
    ["out of service", "unhealthy"],
    ["not ready", "unhealthy"],
    ["pong", "healthy"],
    ["[+]ping ok\n[+]etcd ok\nhealthz check passed", "healthy"],
  ])("with 200 in text: %j", (body, expected) => {
    expect(reading(200, body, "text/plain")).toBe(expected);
    expect(read(200, body, undefined)).toMatchObject({ kind: "answer", status: expected });
  });

  it.each([400, 401, 403, 404, 429, 500, 502, 503, 504])("is never up with %i, whatever the body says", (status) => {
    for (const body of [
      '{"status":"healthy"}',
      '{"status":"UP"}',
      "OK",
      '{"status":"degraded"}',
      '{"status":"DOWN"}',
    ]) {
      expect(reading(status, body)).toBe("unhealthy");
    }
    for (const body of ["", "<html>bad gateway</html>", "no such page", "{}"])
      expect(reading(status, body)).toBe("failure");
    expect(read(status, "")).toMatchObject({ reason: `answered ${status} without a health report` });
  });

  it("is unknown where a page or a redirect answers instead: it counts for neither side", () => {
    for (const body of ["<!doctype html><title>sign in</title>", "<html>", "\n<!DOCTYPE HTML>"]) {
      expect(reading(200, body, undefined)).toBe("unknown");
    }
    expect(reading(200, "Healthy", "text/html; charset=utf-8")).toBe("unknown");
    expect(reading(200, "", "application/xhtml+xml")).toBe("unknown");
    for (const status of [301, 302, 303, 307, 308]) expect(reading(status, '{"status":"UP"}')).toBe("unknown");
    expect(read(302, "")).toMatchObject({ reason: expect.stringContaining("healthPath") });
  });

  it("says the site where the report does, and leaves it open otherwise", () => {
    expect(read(200, '{"status":"UP","site":"standby"}')).toMatchObject({ site: "standby" });
    expect(read(200, '{"status":"UP","site":"frankfurt"}')).toMatchObject({ site: undefined });
    expect(read(204, "", undefined)).toEqual({ kind: "answer", status: "healthy", site: undefined });
  });
});
