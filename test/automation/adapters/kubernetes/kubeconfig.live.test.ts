import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { KubeClient } from "../../../../automation/adapters/kubernetes/kube-client.ts";
import { type DriverError, toDriverError } from "../../../../automation/domain/errors.ts";
import { selfSigned } from "../../server/support/self-signed.ts";

let directory: string;
/** Headers of what the API was asked. */
let asked: { readonly authorization: string | undefined; readonly impersonate: unknown }[];
let answer: RequestListener;
const closing: (() => void)[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pilotlight-kubeconfig-"));
  asked = [];
  answer = (_request, response) => void response.end('{"major":"1","minor":"34"}');
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(directory, { recursive: true });
});

const listener: RequestListener = (request, response) => {
  asked.push({ authorization: request.headers.authorization, impersonate: request.headers["impersonate-user"] });
  answer(request, response);
};
async function api(host = "127.0.0.1", tls?: { key: string; cert: string }): Promise<string> {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `${tls === undefined ? "http" : "https"}://${host}:${address.port}`;
}

function script(name: string, ...lines: readonly string[]): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${lines.join("\n")}\n`);
  chmodSync(path, 0o755);
  return path;
}
const credential = (status: object): string =>
  `echo '${JSON.stringify({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", spec: {}, status })}'`;
const kubeconfig = (cluster: object, user: unknown, more: object = {}): string =>
  stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    clusters: [{ name: "shop", cluster }],
    contexts: [{ name: "here", context: { cluster: "shop", user: "driver" } }],
    users: [{ name: "driver", user }],
    ...more,
  });
const exec = (command: string, more: object = {}): object => ({
  exec: { apiVersion: "client.authentication.k8s.io/v1", command, args: null, env: null, ...more },
});
const version = (config: string, limit = 5000): Promise<unknown> =>
  (async () => new KubeClient(config, limit).json("GET", "/version", {}, AbortSignal.timeout(20_000)))();

const failureOf = (work: Promise<unknown>): Promise<DriverError> =>
  work.then(
    () => Promise.reject(new Error("it worked")),
    (error: unknown) => toDriverError(error),
  );

describe("a kubeconfig with a login command", () => {
  it("tells the command what kubectl tells, and takes its token", async () => {
    const info = join(directory, "info");
    const command = script(
      "login",
      `echo "$KUBERNETES_EXEC_INFO $1 $ROLE" > ${info}`,
      "echo 'a remark' >&2",
      credential({ token: "one" }),
    );
    const server = await api();
    await version(
      kubeconfig(
        { server },
        exec(command, { args: ["get"], env: [{ name: "ROLE", value: "driver" }], provideClusterInfo: true }),
      ),
    );
    expect(asked).toEqual([{ authorization: "Bearer one", impersonate: undefined }]);
    const [json = "", ...rest] = readFileSync(info, "utf8")
      .trim()
      .split(/ (?=get)/);
    expect(rest).toEqual(["get driver"]);
    expect(JSON.parse(json)).toMatchObject({
      kind: "ExecCredential",
      spec: { interactive: false, cluster: { server: `${server}/` } },
    });
  });

  it("ends a command that hangs, with its children, and names it", async () => {
    const pids = join(directory, "pids");
    const command = script("login", `echo $$ > ${pids}`, `sleep 60 & echo $! >> ${pids}`, `sleep 60`);
    const began = Date.now();
    await expect(version(kubeconfig({ server: await api() }, exec(command)), 700)).rejects.toMatchObject({
      ...{
        code: "timeout",
        retryable: true,
        message: `the kubeconfig's login command ${command} took longer than 0.7 s`,
      },
    });
    expect(Date.now() - began).toBeLessThan(3000);
    await sleep(100);
    const running = readFileSync(pids, "utf8").trim().split("\n");
    expect(running).toHaveLength(2);
    // Neither lives on; a zombie that nobody has waited for yet has no command line.
    for (const pid of running) {
      const path = `/proc/${pid}/cmdline`;
      expect(existsSync(path) ? readFileSync(path, "utf8") : "").toBe("");
    }
    expect(asked).toEqual([]);
  });

  it("is ended by the caller as well", async () => {
    const command = script("login", "exec sleep 60");
    const client = new KubeClient(kubeconfig({ server: await api() }, exec(command)));
    await expect(client.json("GET", "/version", {}, AbortSignal.timeout(200))).rejects.toMatchObject({
      code: "timeout",
    });
  });

  it("does not wait for what a command left behind with its output open", async () => {
    const command = script("login", "sleep 20 &", credential({ token: "one" }));
    const began = Date.now();
    await version(kubeconfig({ server: await api() }, exec(command)));
    expect(Date.now() - began).toBeLessThan(3000);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      "fails with its words",
      ["echo 'the SSO session has expired; log in again' >&2", "exit 255"],
      /ended with 255: the SSO session has expired; log in again$/,
    ],
    ["fails without a word", ["exit 3"], /ended with 3$/],
    ["is killed", ["kill -9 $$"], /was ended by SIGKILL$/],
    [
      "prints a remark beside",
      ["echo 'an update is there'", credential({ token: "secret-1" })],
      /did not print a credential/,
    ],
    ["prints a bare token", ["echo secret-1"], /did not print a credential/],
    ["prints nothing", ["exit 0"], /did not print a credential/],
    [
      "prints no status",
      ['echo \'{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}\''],
      /did not print a credential/,
    ],
    ["prints a status of null", ['echo \'{"kind":"ExecCredential","status":null}\''], /did not print a credential/],
    ["prints an empty status", [credential({})], /without a token/],
    ["prints a certificate without a key", [credential({ clientCertificateData: "x" })], /without a token/],
    ["prints without end", ["yes secret-1"], /was ended by SIG/],
    ["quotes a password in its words", ["echo 'password=secret-1 is wrong' >&2", "exit 1"], /password=\*\*\* is wrong/],
  ])("that %s is denied by name", async (_, lines, message) => {
    const command = script("login", ...lines);
    const error = await failureOf(version(kubeconfig({ server: await api() }, exec(command))));
    expect(error).toMatchObject({ code: "denied", message: expect.stringMatching(message) });
    expect(error.message).toContain(command);
    expect(error.message).not.toContain("secret-1");
    expect(asked).toEqual([]);
  });

  it("that is missing, or may not be run, is denied by name and with the hint", async () => {
    const server = await api();
    const missing = version(
      kubeconfig({ server }, exec("kubelogin-of-nobody", { installHint: "install kubelogin\nfrom its page" })),
    );
    await expect(missing).rejects.toMatchObject({
      code: "denied",
      message: expect.stringMatching(/kubelogin-of-nobody is not on this machine; install kubelogin$/),
    });
    const plain = join(directory, "plain");
    writeFileSync(plain, "no program");
    await expect(version(kubeconfig({ server }, exec(plain)))).rejects.toMatchObject({
      code: "denied",
      message: expect.stringContaining(`${plain} cannot be started: EACCES`),
    });
    const asks = script("asks", credential({ token: "one" }));
    const interactive = version(kubeconfig({ server }, exec(asks, { interactiveMode: "Always" })));
    await expect(interactive).rejects.toMatchObject({
      code: "denied",
      message: expect.stringContaining("interactiveMode"),
    });
  });

  it("is asked again when its credential is over, or is not taken any more, and only then", async () => {
    const count = join(directory, "count");
    const status = { token: "N", expirationTimestamp: "T" };
    const command = (until: string) =>
      script(
        "login",
        `echo x >> ${count}`,
        `n=$(wc -l < ${count} | tr -d ' ')`,
        `${credential(status)} | sed "s/\\"N\\"/\\"token-$n\\"/; s/\\"T\\"/\\"${until}\\"/"`,
      );
    const server = await api();
    const ask = (client: KubeClient) => client.json("GET", "/version", {}, AbortSignal.timeout(10_000));
    const longLived = new KubeClient(kubeconfig({ server }, exec(command("2099-01-01T00:00:00Z"))));
    await ask(longLived);
    await ask(longLived);
    answer = (request, response) =>
      void response.writeHead(request.headers.authorization === "Bearer token-1" ? 401 : 200).end("{}");
    await ask(longLived);
    expect(asked.map(({ authorization }) => authorization)).toEqual([
      "Bearer token-1",
      "Bearer token-1",
      "Bearer token-1",
      "Bearer token-2",
    ]);
    answer = (_request, response) => void response.writeHead(401).end("{}");
    await expect(ask(longLived)).rejects.toMatchObject({ code: "denied" });
    expect(asked).toHaveLength(6);
    answer = (_request, response) => void response.end("{}");
    const shortLived = new KubeClient(kubeconfig({ server }, exec(command(new Date(Date.now() + 3000).toISOString()))));
    await ask(shortLived);
    await ask(shortLived);
    expect(asked.slice(6).map(({ authorization }) => authorization)).toEqual(["Bearer token-4", "Bearer token-5"]);
  });
});

describe("a kubeconfig as it is found", () => {
  const token = { token: "secret-1" };

  it.each<[string, (server: string) => string, RegExp]>([
    ["empty", () => "", /its content/],
    ["a word", () => "nonsense", /its content/],
    ["not YAML", () => "users:\n  - token: 'secret-1\n", /not YAML \(line \d/],
    [
      "a template that nobody filled in",
      (server) => kubeconfig({ server }, { token: { Ref: "secret-1" } }),
      /users\[driver\]\.user\.token/,
    ],
    [
      "without a current context",
      (server) => kubeconfig({ server }, token, { "current-context": "" }),
      /current-context is not set/,
    ],
    [
      "with a current context of null",
      (server) => kubeconfig({ server }, token, { "current-context": null }),
      /current-context is not set/,
    ],
    [
      "of another context",
      (server) => kubeconfig({ server }, token, { "current-context": "there" }),
      /current-context is there, which contexts does not hold/,
    ],
    [
      "without contexts",
      (server) => kubeconfig({ server }, token, { contexts: null }),
      /current-context is here, which/,
    ],
    [
      "of another cluster",
      (server) => kubeconfig({ server }, token, { clusters: [] }),
      /the cluster shop, which clusters does not hold/,
    ],
    ["without a server", () => kubeconfig({}, token), /clusters\[shop\]\.cluster\.server/],
    [
      "with a server without a scheme",
      () => kubeconfig({ server: "10.0.0.1:6443" }, token),
      /server is "10\.0\.0\.1:6443"; expected an address/,
    ],
    [
      "with an authority beside the file",
      () => kubeconfig({ server: "https://127.0.0.1:1", "certificate-authority": "certs/ca.crt" }, token),
      /certificate-authority is certs\/ca\.crt.*certificate-authority-data/,
    ],
    [
      "with a certificate beside the file",
      () => kubeconfig({ server: "https://127.0.0.1:1" }, { "client-certificate": "./client.crt", "client-key": "/k" }),
      /client-certificate is \.\/client\.crt/,
    ],
    [
      "with a token beside the file",
      () => kubeconfig({ server: "https://127.0.0.1:1" }, { tokenFile: "token" }),
      /tokenFile is token/,
    ],
    [
      "with a command beside the file",
      (server) => kubeconfig({ server }, exec("./bin/login")),
      /exec\.command is \.\/bin\/login/,
    ],
    [
      "with a file that is not there",
      () => kubeconfig({ server: "https://127.0.0.1:1", "certificate-authority": "/nowhere/ca.crt" }, token),
      /cannot read \/nowhere\/ca\.crt: ENOENT/,
    ],
    [
      "with an authority that is none",
      () => kubeconfig({ server: "https://127.0.0.1:1", "certificate-authority-data": "bm9uZQ==" }, token),
      /certificate-authority-data cannot be used/,
    ],
    [
      "with a certificate without its key",
      () => kubeconfig({ server: "https://127.0.0.1:1" }, { "client-certificate-data": "eA==" }),
      /client-certificate without client-key/,
    ],
    [
      "with an old provider",
      (server) => kubeconfig({ server }, { "auth-provider": { name: "gcp", config: { "access-token": "secret-1" } } }),
      /auth-provider is gcp; expected exec/,
    ],
    [
      "with a proxy that is no address",
      (server) => kubeconfig({ server, "proxy-url": "10.0.0.1" }, token),
      /proxy-url/,
    ],
    [
      "that would send its login over plain HTTP",
      () => kubeconfig({ server: "http://10.0.0.1:8080" }, token),
      /server is http:\/\/10\.0\.0\.1:8080: over plain HTTP/,
    ],
  ])("%s is wrong input that names the field", async (_, config, message) => {
    const error = await failureOf(version(config(await api())));
    expect(error).toMatchObject({ code: "invalid-input", message: expect.stringMatching(message) });
    expect(error.message).not.toContain("secret-1");
    expect(asked).toEqual([]);
  });

  it("logs in with a token, a file of one, a password, or not at all, over plain HTTP to this machine too", async () => {
    const server = await api();
    writeFileSync(join(directory, "token"), "from-a-file\n");
    for (const user of [
      token,
      { tokenFile: join(directory, "token") },
      { username: "a", password: "b", as: "c" },
      null,
      undefined,
    ]) {
      await version(kubeconfig({ server, "certificate-authority-data": null }, user));
    }
    await version(kubeconfig({ server }, token, { users: null }));
    expect(asked.map(({ authorization }) => authorization)).toEqual([
      ...["Bearer secret-1", "Bearer from-a-file", `Basic ${Buffer.from("a:b").toString("base64")}`],
      ...[undefined, undefined, undefined],
    ]);
    expect(asked[2]?.impersonate).toBe("c");
  });

  it("trusts its own authority alone, with and without a user", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const cert = selfSigned(privateKey, publicKey);
    const server = await api("127.0.0.1", {
      cert,
      key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    });
    await expect(version(kubeconfig({ server }, token))).rejects.toMatchObject({
      code: "denied",
      message: expect.stringContaining("certificate is not trusted"),
    });
    expect(asked).toEqual([]);
    // A kubeconfig without users has an authority all the same.
    await version(kubeconfig({ server, "insecure-skip-tls-verify": true }, token, { users: null }));
    await version(kubeconfig({ server, "insecure-skip-tls-verify": true }, token));
    expect(asked).toHaveLength(2);
  });

  it("names a proxy that is dead, refuses, or hangs", async () => {
    const proxied = (proxy: string) => kubeconfig({ server: "https://10.255.255.1:6443", "proxy-url": proxy }, token);
    await expect(version(proxied("http://user:secret-1@127.0.0.1:1"))).rejects.toMatchObject({
      ...{ code: "unreachable", message: expect.stringMatching(/through the proxy 127\.0\.0\.1:1: ECONNREFUSED/) },
    });
    await expect(version(proxied("socks5://127.0.0.1:1"))).rejects.toMatchObject({ code: "unreachable" });
    const server = createServer();
    closing.push(() => {
      server.close();
      server.closeAllConnections();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    server.on("connect", (_request, socket) => void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    await expect(version(proxied(`http://127.0.0.1:${port}`))).rejects.toMatchObject({
      code: "denied",
      message: expect.stringContaining(`proxy 127.0.0.1:${port}: the proxy answered 407`),
    });
    server.removeAllListeners("connect");
    server.on("connect", () => {});
    await expect(version(proxied(`http://127.0.0.1:${port}`), 400)).rejects.toMatchObject({ code: "timeout" });
  });

  it("says that an address is no Kubernetes API", async () => {
    answer = (_request, response) => void response.end("<html>");
    await expect(version(kubeconfig({ server: await api() }, token))).rejects.toMatchObject({
      code: "fatal",
      message: expect.stringContaining("no JSON"),
    });
  });
});
