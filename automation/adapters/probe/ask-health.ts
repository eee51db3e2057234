import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { buffer } from "node:stream/consumers";
import { rootCertificates } from "node:tls";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { type HealthAnswer, LONGEST_HEALTH_REPORT } from "../../domain/health-report.ts";

/** One question about health. */
export interface HealthQuestion {
  readonly protocol: "http" | "https";
  /** Where to connect: an IP address, or a name for the system's resolver. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
  /** What is asked for there: the Host header, and with TLS the SNI and the name that the certificate must be for. */
  readonly name: string;
  /** PEM of authorities beside the public ones. Default: none. */
  readonly authority?: string | undefined;
}

const decoders: Readonly<Record<string, (body: Buffer, options: zlib.ZlibOptions) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  "x-gzip": promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
};

/** On a connection of its own. No redirect is followed. Errors: those of Node's sockets and TLS; `signal` ends it. */
export function askHealth(question: HealthQuestion, signal: AbortSignal): Promise<HealthAnswer> {
  const { protocol, address, port, path, name, authority } = question;
  return new Promise((resolve, reject) => {
    const standard = protocol === "https" ? 443 : 80;
    const request = (protocol === "https" ? https : http).get(
      {
        ...{ host: address, port, path },
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ...(authority === undefined ? {} : { ca: [...rootCertificates, authority] }),
        headers: {
          host: port === standard ? name : `${name}:${port}`,
          ...{ accept: "application/json", connection: "close" },
        },
        agent: false,
        signal,
      },
      (response) => {
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > LONGEST_HEALTH_REPORT) request.destroy(new Error("the answer is too long for a health report"));
        });
        buffer(response)
          .then((body) => decoded(body, response.headers["content-encoding"]))
          .then((body) => {
            const { statusCode: status = 0, headers } = response;
            resolve({ status, contentType: headers["content-type"], body });
          }, reject);
      },
    );
    request.on("error", reject);
  });
}

/** Some compress without being asked. */
async function decoded(body: Buffer, encoding = ""): Promise<string> {
  const decode = body.length === 0 ? undefined : decoders[encoding.trim().toLowerCase()];
  return (decode === undefined ? body : await decode(body, { maxOutputLength: LONGEST_HEALTH_REPORT })).toString(
    "utf8",
  );
}
