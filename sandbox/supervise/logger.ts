import { appendFileSync } from "node:fs";
import type { Logger } from "../contracts/contracts.ts";

/** Lines `<time> <level> <name>: <message>`, appended to one file; `echo` sees every line too. */
export function createLoggers(file: string, echo?: (line: string) => void): (name: string) => Logger {
  const write = (level: string, name: string, message: string): void => {
    const line = `${new Date().toISOString()} ${level} ${name}: ${message}`;
    try {
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      // The folder may be gone in the middle of a wipe; a log line must not end the supervisor.
    }
    echo?.(line);
  };
  return (name) => ({
    info: (message) => write("info", name, message),
    error: (message) => write("error", name, message),
  });
}
