import { readFile } from "node:fs/promises";
import { invalidInput } from "../domain/errors.ts";
import { AlertDecisions } from "../server/alert-decisions.ts";
import { MetricsCollector } from "../server/collect-metrics.ts";
import { createServer } from "../server/create-server.ts";
import { getFromSns } from "../server/sns-receiver.ts";
import type { CommandContext } from "./command.ts";
import { describe } from "./event-text.ts";
import { exitCodes } from "./exit-codes.ts";
import { watchByLease } from "./watch-by-lease.ts";
import { watchLine } from "./watch-line.ts";

/** Runs until `context.signal` aborts. Throws `invalid-input` where there is no webhook token. */
export async function runServe(context: CommandContext): Promise<number> {
  const app = await context.app();
  const { settings, inbox, clock, wake, driver: createDriver } = app;
  const token = await webhookToken(settings.webhookTokenFile);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const { driver, application } = await createDriver((event) => {
    const line = describe(event);
    if (line !== undefined) say(`${new Date().toISOString()} ${line}`);
  });
  const metrics = new MetricsCollector({ driver, clock, intervalSeconds: settings.driver.watch.intervalSeconds });
  const server = createServer({
    inbox,
    clock,
    token,
    nudge: wake.now,
    snsTopics: new Set(settings.snsTopics),
    getFromSns,
    status: () => driver.status(context.signal),
    metrics: () => metrics.snapshot(context.signal),
  });
  await server.listen({ host: settings.serveAddress.host, port: settings.serveAddress.port });
  say(
    `${new Date().toISOString()} listening on ${settings.serveAddress.host}:${settings.serveAddress.port}, mode ${settings.driver.mode}`,
  );
  const decisions = new AlertDecisions(inbox, (reason) =>
    say(`${new Date().toISOString()} the alert inbox: ${reason}`),
  );
  const watch = async (signal: AbortSignal): Promise<void> => {
    for await (const event of driver.watch(signal, { leased: app.witness.leases !== undefined })) {
      metrics.note(event);
      say(context.json ? JSON.stringify(event) : watchLine(event));
      if (event.type !== "evaluation" && event.type !== "operation" && event.type !== "refused") continue;
      // Whatever was reported by now has been looked at: that is the decision it asked for.
      decisions.add(watchLine(event));
    }
  };
  try {
    await watchByLease({ app, application, watch, signal: context.signal, json: context.json });
  } finally {
    await server.close();
    await decisions.settled;
  }
  return exitCodes.done;
}

async function webhookToken(path: string | undefined): Promise<string> {
  if (path === undefined) {
    throw invalidInput("PILOTLIGHT_WEBHOOK_TOKEN_FILE", "", "a file that holds the bearer token of the webhooks");
  }
  const token = (await readFile(path, "utf8").catch(() => "")).trim();
  if (token.length < 16) {
    throw invalidInput("PILOTLIGHT_WEBHOOK_TOKEN_FILE", path, "a readable file with a token of 16 characters or more");
  }
  return token;
}
