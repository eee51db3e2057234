import { createServer, type Server } from "node:http";
import type { ImageStore } from "./image-store.ts";

/**
 * A registry's catalogue at its login server, read-only and open: `/v2/_catalog`, `/v2/<repository>/tags/list` as every
 * registry has them, and ACR's own `/acr/v1/<repository>` and `/acr/v1/<repository>/_tags`.
 */
export function catalogueHttp(images: ImageStore): Server {
  return createServer((request, response) => {
    const server = (request.headers.host ?? "").split(":")[0]?.toLowerCase() ?? "";
    const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
    const body = request.method === "GET" ? answer(images, server, path) : undefined;
    response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json; charset=utf-8" });
    const missing = { errors: [{ code: "NAME_UNKNOWN", message: `there is nothing at ${path} of ${server}` }] };
    response.end(JSON.stringify(body ?? missing));
  });
}

function answer(images: ImageStore, server: string, path: string): unknown {
  if (/^\/(v2|acr\/v1)\/_catalog$/.test(path)) return { repositories: images.repositories(server) };
  if (/^\/v2\/?$/.test(path)) return {};
  const { repository, tags } = /^\/v2\/(?<repository>.+)\/tags\/list$/.exec(path)?.groups ??
    /^\/acr\/v1\/(?<repository>.+?)(?<tags>\/_tags)?$/.exec(path)?.groups ?? { repository: "" };
  const found = images.tags(server, repository ?? "");
  if (found === undefined) return undefined;
  if (path.startsWith("/v2/")) return { name: repository, tags: Object.keys(found).sort() };
  const listed = Object.entries(found).map(([name, { digest, importedAt }]) => ({
    name,
    digest,
    createdTime: importedAt,
    lastUpdateTime: importedAt,
  }));
  if (tags !== undefined) return { registry: server, imageName: repository, tags: listed };
  const digests = new Set(listed.map(({ digest }) => digest));
  return { registry: server, imageName: repository, tagCount: listed.length, manifestCount: digests.size };
}
