import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../contracts/world.ts";
import { lastLines } from "../log-tail.ts";
import { pause } from "../run-files.ts";
import { say, worldHere } from "./shared.ts";

/** Prints the end of a log (default: the supervisor's) and, with `follow`, what is added until Ctrl-C. */
export async function logs(name: string | undefined, options: { readonly follow: boolean }): Promise<number> {
  const folder = join(worldHere().directory, "logs");
  const names = logNames(folder);
  if (names.length === 0) {
    say("There are no logs yet; start the sandbox with: pilotlight sandbox up");
    return 1;
  }
  const chosen = name ?? "supervisor";
  if (!names.includes(chosen)) throw new UsageError(`there is no log "${chosen}"; there are: ${names.join(", ")}`);
  const file = join(folder, `${chosen}.log`);
  if (!options.follow) {
    for (const line of lastLines(file, 200)) say(line);
    return 0;
  }
  const descriptor = openSync(file, "r");
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once("SIGINT", stop);
  process.stdout.once("error", stop);
  try {
    let position = Math.max(0, fstatSync(descriptor).size - 4096);
    const buffer = Buffer.alloc(65_536);
    while (!stopped) {
      const { size } = fstatSync(descriptor);
      if (size < position) position = 0;
      const count = readSync(descriptor, buffer, 0, buffer.length, position);
      position += count;
      if (count > 0) process.stdout.write(buffer.subarray(0, count).toString("utf8"));
      else await pause(200);
    }
  } finally {
    closeSync(descriptor);
  }
  return 0;
}

function logNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(".log"))
      .map((file) => file.slice(0, -".log".length))
      .sort();
  } catch {
    return [];
  }
}
