import { styleText } from "node:util";
import { createLogUpdate } from "log-update";
import type { Instant } from "../domain/instant.ts";
import { systemTimer } from "../lib/timer.ts";
import type { DriverEvent, OnEvent } from "../workflow/execution/events.ts";
import { describe } from "./event-text.ts";

interface Row {
  state: "pending" | "running" | "waiting" | "done" | "failed" | "undoing" | "undone";
  note: string;
  startedAt: Instant;
  seconds: number | undefined;
}

const marks: Readonly<Record<Row["state"], string>> = {
  pending: styleText("dim", "·"),
  running: styleText("cyan", "▸"),
  waiting: styleText("yellow", "?"),
  done: styleText("green", "✓"),
  failed: styleText("red", "✗"),
  undoing: styleText("yellow", "↶"),
  undone: styleText("dim", "↶"),
};

export interface Progress {
  readonly onEvent: OnEvent;
  /** Leaves the last picture where it is. Call once, before anything else is printed. */
  close(): void;
}

/**
 * Live stages on a terminal that can move its cursor, one line per event anywhere else; always on `stream` (standard error), so that output
 * can be piped. `terminal`: its kind, as TERM names it; `dumb` cannot.
 */
export function showProgress(stream: NodeJS.WriteStream, terminal = process.env["TERM"]): Progress {
  return stream.isTTY && terminal !== "dumb"
    ? liveProgress(stream)
    : { onEvent: (event) => plain(stream, event), close: () => {} };
}

function plain(stream: NodeJS.WriteStream, event: DriverEvent): void {
  const line = describe(event);
  if (line !== undefined) stream.write(`${new Date().toISOString()} ${line}\n`);
}

function liveProgress(stream: NodeJS.WriteStream): Progress {
  const paint = createLogUpdate(stream);
  const rows = new Map<string, Row>();
  let title = "";
  const row = (stage: string): Row => {
    const known = rows.get(stage) ?? {
      state: "pending",
      note: "",
      startedAt: systemTimer.monotonic(),
      seconds: undefined,
    };
    rows.set(stage, known);
    return known;
  };
  const draw = () => paint([title, ...[...rows].map(([name, state]) => lineOf(name, state))].join("\n"));
  const ticker = setInterval(draw, 250);
  ticker.unref();

  const apply = (event: DriverEvent): void => {
    switch (event.type) {
      case "operation-started": {
        const { operation, resumed } = event;
        title = `${operation.mode} ${operation.plan} of ${operation.application} (${operation.id})${resumed ? ", resumed" : ""}`;
        for (const stage of operation.stages) {
          row(stage.name).state = stage.state === "done" ? "done" : "pending";
        }
        return;
      }
      case "stage-started":
        Object.assign(row(event.stage), { state: "running", startedAt: systemTimer.monotonic(), note: "" });
        return;
      case "stage-finished":
        Object.assign(row(event.stage), {
          state: "done",
          seconds: event.seconds,
          note: event.already ? "was done already" : "",
        });
        return;
      case "stage-failed":
        Object.assign(row(event.stage), { state: event.retrying ? "running" : "failed", note: event.error.message });
        return;
      case "stage-waiting":
        Object.assign(row(event.stage), { state: "waiting", note: event.guard.reason });
        return;
      case "stage-released":
        Object.assign(row(event.stage), { state: "running", note: `${event.guard}: ${event.how}` });
        return;
      case "stage-compensating":
        row(event.stage).state = "undoing";
        return;
      case "stage-compensated":
        row(event.stage).state = "undone";
        return;
      case "log":
        // What is said of the operation as a whole is in the title already.
        if (rows.has(event.stage)) row(event.stage).note = event.text;
        return;
      default:
        title = describe(event) ?? title;
    }
  };
  return {
    onEvent: (event) => {
      apply(event);
      draw();
    },
    close: () => {
      clearInterval(ticker);
      draw();
      paint.done();
    },
  };
}

function lineOf(name: string, row: Row): string {
  const active = row.state === "running" || row.state === "waiting";
  const seconds = row.seconds ?? (active ? systemTimer.monotonic().since(row.startedAt) / 1000 : undefined);
  const time = seconds === undefined ? "" : `${seconds.toFixed(1)} s`;
  return `  ${marks[row.state]} ${name.padEnd(20)} ${time.padStart(8)}  ${styleText("dim", row.note)}`.trimEnd();
}
