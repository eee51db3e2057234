import { createSocket } from "node:dgram";
import { once } from "node:events";
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
