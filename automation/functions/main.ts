import { app, type HttpMethod } from "@azure/functions";
import { systemClock } from "../adapters/system-clock.ts";
import { answerRequest, createDependencies, type FunctionName } from "./answer-request.ts";
import type { FunctionDependencies } from "./failover-functions.ts";

const methods: Readonly<Record<FunctionName, HttpMethod>> = { health_check: "GET", do_failover: "POST" };

let made: FunctionDependencies | undefined;
/** Kept while the worker lives: it holds the identity's token. Made at the first request, so that a wrong setting is an answer and not a worker that does not start. */
function dependencies(): FunctionDependencies {
  made ??= createDependencies(process.env, { fetch: globalThis.fetch, clock: systemClock });
  return made;
}

for (const name of ["health_check", "do_failover"] as const) {
  app.http(name, {
    methods: [methods[name]],
    authLevel: "function",
    route: name,
    handler: async (_request, context) => {
      const { status, body } = await answerRequest(name, dependencies, (line) => context.log(line));
      return { status, jsonBody: body };
    },
  });
}
