import type { HttpService } from "./http-service.ts";

/** Lines with time and service on standard output. */
export function logger(service: string): (message: string) => void {
  return (message) => {
    process.stdout.write(`${new Date().toISOString()} ${service}: ${message}\n`);
  };
}

/** Serves until SIGTERM or SIGINT, then drains and runs `release`; the process ends within 2 s. */
export function untilTold(http: HttpService, stop: AbortController, release: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), 1900).unref();
    stop.abort();
    void http
      .close()
      .then(release)
      .finally(() => process.exit(0));
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
}
