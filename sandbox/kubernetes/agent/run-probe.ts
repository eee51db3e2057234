import http from "node:http";
import https from "node:https";
import { connect } from "node:net";
import type { Container, Probe } from "../api/objects.ts";

/** Runs a probe once against `host`. Resolves to why it failed, or undefined for success; never rejects. */
export async function runProbe(probe: Probe, container: Container, host: string): Promise<string | undefined> {
  const timeoutMs = probe.timeoutSeconds * 1000;
  try {
    if (probe.httpGet !== undefined) {
      const { path, scheme, httpHeaders } = probe.httpGet;
      const status = await httpStatus({
        url: `${scheme.toLowerCase()}://${host}:${portNumber(probe.httpGet.port, container)}${path.startsWith("/") ? path : `/${path}`}`,
        headers: Object.fromEntries((httpHeaders ?? []).map(({ name, value }) => [name, value])),
        timeoutMs,
      });
      return status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`;
    }
    if (probe.tcpSocket !== undefined) {
      await tcpConnect(host, portNumber(probe.tcpSocket.port, container), timeoutMs);
      return undefined;
    }
    return "the sandbox knows httpGet and tcpSocket probes; exec and gRPC probes cannot pass here";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function portNumber(port: number | string, container: Container): number {
  if (typeof port === "number") return port;
  const named = container.ports?.find((one) => one.name === port)?.containerPort;
  if (named !== undefined) return named;
  if (/^\d+$/.test(port)) return Number(port);
  throw new Error(`probe port "${port}" is not a port of container ${container.name}`);
}

function httpStatus(options: {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly timeoutMs: number;
}): Promise<number> {
  return new Promise((resolve, reject) => {
    const secure = options.url.startsWith("https:");
    const request = (secure ? https : http).get(options.url, {
      agent: false,
      headers: { "user-agent": "kube-probe/1.34", connection: "close", ...options.headers },
      signal: AbortSignal.timeout(options.timeoutMs),
      // A kubelet does not verify either: it probes a pod by its address.
      ...(secure ? { rejectUnauthorized: false } : {}),
    });
    request.once("response", (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.on("error", (error) =>
      reject(error.name === "AbortError" ? new Error(`no answer within ${options.timeoutMs} ms`) : error),
    );
  });
}

function tcpConnect(host: string, port: number, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("timeout", () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)));
    socket.once("error", reject);
  });
}
