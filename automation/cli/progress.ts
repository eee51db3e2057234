import { styleText } from "node:util";
import { createLogUpdate } from "log-update";
import type { DriverEvent, OnEvent } from "../workflow/execution/events.ts";

interface Row {
  state: "pending" | "running" | "waiting" | "done" | "failed" | "undoing" | "undone";
  note: string;
  startedAt: number;
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

/** Live stages on a terminal, one line an event anywhere else; always on `stream` (standard error), so that output can be piped. */
export function showProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? liveProgress(stream) : { onEvent: (event) => plain(stream, event), close: () => {} };
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
    const known = rows.get(stage) ?? { state: "pending", note: "", startedAt: Date.now(), seconds: undefined };
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
        Object.assign(row(event.stage), { state: "running", startedAt: Date.now(), note: "" });
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
  const seconds = row.seconds ?? (active ? (Date.now() - row.startedAt) / 1000 : undefined);
  const time = seconds === undefined ? "" : `${seconds.toFixed(1)} s`;
  return `  ${marks[row.state]} ${name.padEnd(20)} ${time.padStart(8)}  ${styleText("dim", row.note)}`.trimEnd();
}

/** One event in words; undefined for what only a live picture needs. */
export function describe(event: DriverEvent): string | undefined {
  switch (event.type) {
    case "operation-started": {
      const { operation, resumed } = event;
      return `${operation.id}: ${operation.mode} ${operation.plan} of ${operation.application} ${resumed ? "resumed" : "started"}`;
    }
    case "operation-state":
      return `${event.operationId}: ${event.state}${event.error === undefined ? "" : `: ${event.error.message}`}`;
    case "operation-compensating":
      return `${event.operationId}: undoing, because ${event.cause.message}`;
    case "operation-interrupted":
      return `${event.operationId}: interrupted (${event.reason}); \`pilotlight resume\` goes on`;
    case "stage-started":
      return `${event.stage}: started${event.attempt > 1 ? ` (attempt ${event.attempt})` : ""}`;
    case "stage-finished":
      return `${event.stage}: done in ${event.seconds.toFixed(1)} s${event.already ? " (was done already)" : ""}`;
    case "stage-failed":
      return `${event.stage}: ${event.error.message}${event.retrying ? "; trying again" : ""}`;
    case "stage-waiting":
      return `${event.stage}: waits for a person: ${event.guard.reason}`;
    case "stage-released":
      return `${event.stage}: goes on, ${event.guard} ${event.how === "override" ? "overridden" : "cleared by itself"}`;
    case "stage-compensating":
      return `${event.stage}: undoing`;
    case "stage-compensated":
      return `${event.stage}: undone`;
    case "log":
      return `${event.stage}: ${event.text}`;
  }
}
