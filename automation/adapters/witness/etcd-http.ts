import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface EtcdTls {
  /** Authority of the members' certificates, PEM. Default: the system's. */
  readonly ca?: string;
  /** Client certificate and key, PEM. Where etcd asks for a login as well, its gateway takes none with a common name in its subject. */
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** POST of JSON with a client certificate, which the built-in `fetch` cannot carry. */
export type JsonPost = (
  url: string,
  body: string,
  token: string | undefined,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

export function jsonPost(tls: EtcdTls | undefined): JsonPost {
  const agents = {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true, minVersion: "TLSv1.2", ...tls }),
  };
  return (url, body, token, signal) =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith("https:");
      const options: RequestOptions = {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          ...(token === undefined ? {} : { authorization: token }),
        },
        signal,
        agent: secure ? agents.https : agents.http,
      };
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        response.setEncoding("utf8");
        let text = "";
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.on("error", reject);
        // Cut off in the middle: no `end` comes.
        response.on("close", () => reject(Object.assign(new Error("the answer broke off"), { code: "ECONNRESET" })));
      });
      request.on("error", reject);
      request.end(body);
    });
}
