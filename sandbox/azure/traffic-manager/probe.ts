import * as http from "node:http";
import * as https from "node:https";
import { connect, isIP } from "node:net";

export interface ProbeSpec {
  readonly protocol: "HTTP" | "HTTPS" | "TCP";
  readonly port: number;
  readonly path: string;
  readonly timeoutMs: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly statusRanges: readonly { readonly min: number; readonly max: number }[];
}

/** One probe as Traffic Manager makes it: no redirects followed, certificates not checked, the body not read. */
export async function probe(
  spec: ProbeSpec,
  target: string,
  resolve: (name: string) => string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const address = isIP(target) === 0 ? resolve(target) : target;
  if (address === undefined) return false;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(spec.timeoutMs)]);
  return spec.protocol === "TCP" ? probeTcp(address, spec.port, deadline) : probeHttp(spec, target, address, deadline);
}

function probeTcp(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function probeHttp(spec: ProbeSpec, target: string, host: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const options = {
      host,
      port: spec.port,
      path: spec.path,
      agent: false as const,
      signal,
      headers: {
        host: target,
        "user-agent": "Edge Health Probe",
        ...Object.fromEntries(spec.headers.map(({ name, value }) => [name.toLowerCase(), value])),
      },
    };
    const answered = (response: http.IncomingMessage) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve(spec.statusRanges.some(({ min, max }) => min <= status && status <= max));
    };
    const request =
      spec.protocol === "HTTPS"
        ? https.get({ ...options, rejectUnauthorized: false, servername: isIP(target) === 0 ? target : "" }, answered)
        : http.get(options, answered);
    request.once("error", () => resolve(false));
  });
}
