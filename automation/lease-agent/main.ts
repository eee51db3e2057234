import process from "node:process";
import { systemClock } from "../adapters/system-clock.ts";
import { toDriverError } from "../domain/errors.ts";
import { runAgent } from "./run-agent.ts";
import { readAgentSettings } from "./settings.ts";

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());

try {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await runAgent(readAgentSettings(process.env), systemClock, say, stop.signal);
} catch (error) {
  process.stderr.write(`lease agent: ${toDriverError(error).message}\n`);
  process.exitCode = 1;
}
// The watchman's connection may still be open; it goes on in the server, as it should.
process.exit();
