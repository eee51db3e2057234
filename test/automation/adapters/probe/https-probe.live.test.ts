import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HttpProbe } from "../../../../automation/adapters/probe/http-probe.ts";
import { endpointProbe } from "../../../../automation/functions/endpoint-probe.ts";
import type { ServiceEndpoint } from "../../../../stacks/outputs.ts";
import { tlsAuthority } from "../../../support/tls-authority.ts";

const publicName = "www.shop.example";
const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const authority = tlsAuthority();
const asked: { host: string | undefined; servername: string | false | null }[] = [];

let server: Server;
let port: number;

/** As a site's load balancer: the certificate is for the public name alone, and so is what it serves. */
beforeAll(async () => {
  server = createServer(authority.issue(publicName), (request, response) => {
    const { servername } = request.socket as TLSSocket;
    asked.push({ host: request.headers.host, servername });
    const isOurs = request.headers.host === `${publicName}:${port}`;
    response.writeHead(isOurs ? 200 : 421).end(isOurs ? '{"status":"healthy","site":"primary"}' : "misdirected");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

/** Reached by an own name, which `localhost` stands for. */
const balancer = (): ServiceEndpoint => ({
  ...{ service: "shop", role: "public", protocol: "https", host: "localhost", port },
});
const probe = (options: { readonly name?: string; readonly trust?: string }) =>
  new HttpProbe({
    services: async () => [balancer()],
    publicEndpoint: async () =>
      options.name === undefined ? undefined : { host: options.name, port, protocol: "https" as const },
    authority: options.trust,
  });

describe("a probe of a site over HTTPS", () => {
  it("goes to the site's own address, and asks there for the public name", async () => {
    asked.length = 0;
    const found = await probe({ name: publicName, trust: authority.pem }).services("primary", soon());
    expect(found.get("shop")).toMatchObject({ kind: "answer", status: "healthy", site: "primary" });
    expect(asked).toEqual([{ host: `${publicName}:${port}`, servername: publicName }]);
  });

  it("trusts nobody else's certificate, and none for another name", async () => {
    const untrusted = await probe({ name: publicName }).services("primary", soon());
    expect(untrusted.get("shop")).toMatchObject({ kind: "failure" });
    const misnamed = await probe({ name: "other.example", trust: authority.pem }).services("primary", soon());
    expect(misnamed.get("shop")).toMatchObject({
      kind: "failure",
      reason: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
    });
  });
});

describe("the functions' probe over HTTPS", () => {
  const own = () => `https://localhost:${port}`;

  it("asks the site for the public name as well", async () => {
    asked.length = 0;
    const ask = endpointProbe(fetch, 3000, undefined, { publicName, authority: authority.pem });
    expect(await ask(own(), soon())).toMatchObject({ reading: "healthy" });
    expect(asked).toEqual([{ host: `${publicName}:${port}`, servername: publicName }]);
  });

  it("fails where the certificate is not to be trusted", async () => {
    expect(await endpointProbe(fetch, 3000, undefined, { publicName })(own(), soon())).toMatchObject({
      reading: "failure",
    });
  });
});
