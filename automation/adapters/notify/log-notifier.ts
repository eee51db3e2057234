import type { Logger } from "pino";
import type { Notice, Notifier } from "../../ports/notifier.ts";

const levels = { info: "info", warning: "warn", critical: "error" } as const;

/** Notices as log lines. */
export class LogNotifier implements Notifier {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async notify(notice: Notice): Promise<void> {
    const { severity, title, text, at } = notice;
    this.#logger[levels[severity]]({ severity, text, noticedAt: at }, title);
  }
}
