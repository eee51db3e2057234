import { createServer, type Server } from "node:http";
import { authorityFile as readAuthority } from "../adapters/files/authority-file.ts";
import { settingFile } from "../adapters/files/setting-file.ts";
import { LeaseRenewal } from "../adapters/postgres/lease-renewal.ts";
import { remoteWitness } from "../composition/create-witness.ts";
import { renewalPace } from "../domain/write-lease.ts";
import type { Clock } from "../ports/clock.ts";
import { keepLease, type LeaseTurn } from "./keep-lease.ts";
import type { AgentSettings } from "./settings.ts";

/** Runs until `signal` aborts. `say` receives one line of JSON whenever something changes. */
export async function runAgent(
  settings: AgentSettings,
  clock: Clock,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { application, site, seconds, database } = settings;
  const { host, port, name, sslMode, passwordFile, authorityFile } = database;
  const { callMs } = renewalPace(seconds);
  const log = (about: object): void =>
    say(JSON.stringify({ at: clock.now().toISOString(), application, site, ...about }));
  const witness = remoteWitness(settings.witness, {
    clock,
    notifier: { notify: async ({ title, text }) => log({ type: "notice", title, text }) },
  });
  let last: LeaseTurn | undefined;
  let turnedAt = clock.monotonic();
  // A loop that stands still is started anew; one that may not renew is well.
  const server = liveness(() => clock.monotonic().since(turnedAt) < 2 * seconds * 1000);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, resolve);
  });
  await using renewal = new LeaseRenewal({
    ...{ host, port, name, sslMode, callMs },
    password: settingFile("DATABASE_PASSWORD_FILE", passwordFile),
    ...(authorityFile === undefined ? {} : { authority: readAuthority("DATABASE_CA_FILE", authorityFile) }),
  });
  const onTurn = (turn: LeaseTurn): void => {
    turnedAt = clock.monotonic();
    if (!same(turn, last)) log(turn);
    last = turn;
  };
  log({ type: "started", seconds });
  try {
    await keepLease({ application, site, seconds, witness, database: renewal, clock, onTurn }, signal);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function same(turn: LeaseTurn, last: LeaseTurn | undefined): boolean {
  if (turn.type === "failed" && last?.type === "failed") return turn.error.message === last.error.message;
  if (turn.type === "held-back" && last?.type === "held-back") return turn.reason === last.reason;
  return turn.type === last?.type;
}

function liveness(isLive: () => boolean): Server {
  return createServer((request, response) => {
    const known = request.url === "/live";
    response.writeHead(known ? (isLive() ? 200 : 503) : 404, { "content-type": "text/plain" }).end();
  });
}
