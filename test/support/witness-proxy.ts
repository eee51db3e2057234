import { bodyOf, type LocalServer, serve } from "./local-server.ts";

/** Passes requests on to `target`, and breaks off instead of giving the first answer to a path that holds `lost`. What was asked for is done. */
export function lossyProxy(target: string, lost: string): Promise<LocalServer> {
  let once = false;
  return serve(async (request, response) => {
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
    const { method = "GET", url = "/" } = request;
    const body = await bodyOf(request);
    const answer = await fetch(`${target}${url}`, {
      method,
      headers: headers as Record<string, string>,
      ...(body === "" ? {} : { body }),
    });
    const text = await answer.text();
    if (!once && url.includes(lost)) {
      once = true;
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" }).end(text);
  });
}
