import { createSocket } from "node:dgram";
import { once } from "node:events";
import zlib from "node:zlib";
import packet from "dns-packet";
import { afterEach, describe, expect, it } from "vitest";
import { HttpProbe } from "../../../../automation/adapters/probe/http-probe.ts";
import type { ServiceEndpoint } from "../../../../stacks/outputs.ts";
import { serve } from "../../../support/local-server.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0)) clean();
});

/** A DNS server; gives its `address:port`. An undefined answer means NXDOMAIN, "silent" none at all. */
async function dns(answer: (name: string) => string | undefined | "silent" | "servfail"): Promise<string> {
  const socket = createSocket("udp4");
  cleanUp.push(() => socket.close());
  socket.on("message", (message, from) => {
    const query = packet.decode(message);
    const [question] = query.questions ?? [];
    const address = answer(question?.name ?? "");
    if (address === "silent" || question === undefined) return;
    const codes = address === undefined ? 3 : address === "servfail" ? 2 : 0;
    const reply = packet.encode({
      type: "response",
      id: query.id ?? 0,
      flags: packet.AUTHORITATIVE_ANSWER | codes,
      questions: [question],
      answers: codes === 0 && address !== undefined ? [{ type: "A", name: question.name, ttl: 60, data: address }] : [],
    });
    socket.send(reply, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return `127.0.0.1:${socket.address().port}`;
}

const endpoint = (service: string, host: string, port: number): ServiceEndpoint => ({
  service,
  role: "public",
  protocol: "http",
  host,
  port,
});
const probe = (
  services: readonly ServiceEndpoint[],
  servers: readonly string[] = [],
  publicName?: { host: string; port: number },
) =>
  new HttpProbe({
    services: async () => services,
    publicEndpoint: async () => publicName && { ...publicName, protocol: "http" as const },
    dnsServers: servers,
    timeoutMs: 300,
  });

describe("HTTP probe", () => {
  it("tells answers and failures of services apart", async () => {
    const health = (status: number, body: string) =>
      serve((_request, response) => response.writeHead(status).end(body));
    await using well = await health(200, '{"status":"healthy","site":"standby"}');
    await using ill = await health(503, '{"status":"unhealthy","site":"nowhere"}');
    await using page = await health(502, "<html>bad gateway</html>");
    await using frozen = await serve(() => {});
    const results = await probe([
      endpoint("well", "127.0.0.1", well.port),
      endpoint("ill", "127.0.0.1", ill.port),
      endpoint("page", "127.0.0.1", page.port),
      endpoint("frozen", "127.0.0.1", frozen.port),
      endpoint("gone", "127.0.0.1", 1),
    ]).services("standby", soon());
    expect(results.get("well")).toMatchObject({ kind: "answer", status: "healthy", site: "standby" });
    expect(results.get("ill")).toMatchObject({ kind: "answer", status: "unhealthy", site: undefined });
    expect(results.get("page")).toMatchObject({ kind: "failure", reason: expect.stringContaining("502") });
    expect(results.get("frozen")).toMatchObject({ kind: "failure", reason: expect.stringContaining("300 ms") });
    expect(results.get("gone")).toMatchObject({ kind: "failure", reason: expect.stringContaining("ECONNREFUSED") });
  });

  it("asks each service at its own health path, and the public name as well", async () => {
    const asked: string[] = [];
    await using server = await serve((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(request.url === "/actuator/health?group=web" ? 200 : 404).end('{"status":"UP"}');
    });
    const healthPath = "/actuator/health?group=web";
    const own = new HttpProbe({
      services: async () => [
        { ...endpoint("own", "127.0.0.1", server.port), healthPath },
        endpoint("usual", "127.0.0.1", server.port),
      ],
      publicEndpoint: async () => ({ host: "127.0.0.1", port: server.port, protocol: "http", healthPath }),
      timeoutMs: 1000,
    });
    const results = await own.services("standby", soon());
    expect(results.get("own")).toMatchObject({ kind: "answer", status: "healthy" });
    expect(results.get("usual")).toMatchObject({ kind: "answer", status: "unhealthy" });
    expect(await own.publicName(soon())).toMatchObject({ kind: "answer", status: "healthy" });
    expect(asked.sort()).toEqual([healthPath, healthPath, "/health"].sort());
  });

  it("reads reports that are compressed, and holds none that is endless", async () => {
    const compressed = (encoding: string, body: Buffer) =>
      serve((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(body));
    const down = '{"status":"DOWN"}';
    await using gzip = await compressed("gzip", zlib.gzipSync(down));
    await using br = await compressed("br", zlib.brotliCompressSync(down));
    await using damaged = await compressed("gzip", Buffer.from(down));
    await using bomb = await compressed("gzip", zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    await using endless = await serve((_request, response) => {
      const more = (): void =>
        void (response.write("x".repeat(65_536)) ? setImmediate(more) : response.once("drain", more));
      response.writeHead(200);
      more();
    });
    const results = await probe(
      Object.entries({ gzip, br, damaged, bomb, endless }).map(([name, { port }]) => endpoint(name, "127.0.0.1", port)),
    ).services("primary", soon());
    for (const name of ["gzip", "br"]) expect(results.get(name)).toMatchObject({ kind: "answer", status: "unhealthy" });
    for (const name of ["damaged", "bomb", "endless"]) expect(results.get(name)).toMatchObject({ kind: "failure" });
  });

  it("knows the site of an application that does not say it by its address", async () => {
    await using aws = await serve((_request, response) => response.end("OK"), "127.18.251.3");
    const at = (address: string, others: readonly string[]) =>
      new HttpProbe({
        services: async (site) =>
          site === "primary" ? [endpoint("a", address, 1)] : others.map((host) => endpoint("b", host, 1)),
        publicEndpoint: async () => ({ host: "127.18.251.3", port: aws.port, protocol: "http" }),
      }).publicName(soon());
    expect(await at("127.18.251.3", ["127.0.0.9"])).toMatchObject({
      kind: "answer",
      status: "healthy",
      site: "primary",
    });
    expect(await at("127.0.0.9", ["127.18.251.3"])).toMatchObject({ site: "standby" });
    expect(await at("127.0.0.9", [])).toMatchObject({ kind: "answer", site: undefined });
    expect(await at("127.18.251.3", ["127.18.251.3"])).toMatchObject({ kind: "answer", site: undefined });
  });

  it("looks the public name up afresh each time, at the servers it was given", async () => {
    const say = (site: string, host: string) =>
      serve((_request, response) => response.end(JSON.stringify({ status: "healthy", site })), host);
    await using aws = await say("primary", "127.18.251.1");
    let address = "127.18.251.1";
    const server = await dns((name) => (name === "app.shop.example" ? address : undefined));
    const named = probe([], [server], { host: "app.shop.example", port: aws.port });
    expect(await named.publicName(soon())).toMatchObject({ kind: "answer", site: "primary", address: "127.18.251.1" });
    address = "127.18.251.2";
    expect(await named.publicName(soon())).toMatchObject({ kind: "failure", address: "127.18.251.2" });
  });

  it("counts a name that does not exist as a failure, a resolver that does not answer as unknown", async () => {
    const port = 80;
    const ask = async (answer: Parameters<typeof dns>[0]) =>
      probe([], [await dns(answer)], { host: "app.shop.example", port }).publicName(soon());
    expect(await ask(() => undefined)).toMatchObject({ kind: "failure" });
    expect(await ask(() => "servfail")).toMatchObject({ kind: "unknown" });
    expect(await ask(() => "silent")).toMatchObject({ kind: "unknown" });
    expect(await probe([]).publicName(soon())).toMatchObject({ kind: "unknown" });
  });

  it("heeds the caller", async () => {
    await using frozen = await serve(() => {});
    const running = probe([endpoint("frozen", "127.0.0.1", frozen.port)]).services("primary", AbortSignal.timeout(50));
    await expect(running).rejects.toMatchObject({ code: "timeout" });
  });
});
