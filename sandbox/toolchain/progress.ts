/** Where the toolchain says what it does; one line per part. */
export interface Progress {
  /** What `part` is doing now. */
  report(part: string, doing: string): void;
  /** `part` is done; `outcome` says how, e.g. "built in 3m 40s". */
  finish(part: string, outcome: string): void;
  /** Stops timers and leaves the screen as it is. */
  close(): void;
}

interface Line {
  doing: string;
  since: number;
  done: boolean;
}

const liveIntervalMs = 500;
const plainIntervalMs = 15_000;

/**
 * On a terminal that can move its cursor (TERM is not `dumb`), one live line per part with the time elapsed; otherwise plain lines, at
 * changes and every 15 s.
 */
export function createProgress(
  stream: NodeJS.WriteStream = process.stderr,
  terminal: string | undefined = process.env["TERM"],
): Progress {
  const lines = new Map<string, Line>();
  const live = stream.isTTY === true && terminal !== "dumb";
  let drawn = 0;

  const text = (part: string, line: Line): string => {
    const elapsed = line.done ? "" : ` (${formatDuration(Date.now() - line.since)})`;
    return `${line.done ? "✓" : "…"} ${part.padEnd(12)} ${line.doing}${elapsed}`;
  };
  const draw = (): void => {
    const width = Math.max(20, stream.columns ?? 80) - 1;
    const rows = [...lines].map(([part, line]) => `\x1b[2K${text(part, line).slice(0, width)}\n`);
    stream.write(`${drawn > 0 ? `\x1b[${drawn}A` : ""}${rows.join("")}`);
    drawn = rows.length;
  };
  const say = (part: string): void => {
    const line = lines.get(part);
    if (line !== undefined) stream.write(`${text(part, line)}\n`);
  };
  const tick = (): void => {
    if (live) draw();
    else for (const [part, line] of lines) if (!line.done) say(part);
  };
  const timer = setInterval(tick, live ? liveIntervalMs : plainIntervalMs);
  timer.unref();

  const set = (part: string, doing: string, done: boolean): void => {
    lines.set(part, { doing, done, since: lines.get(part)?.since ?? Date.now() });
    if (live) draw();
    else say(part);
  };
  return {
    report: (part, doing) => set(part, doing, false),
    finish: (part, outcome) => set(part, outcome, true),
    close: () => clearInterval(timer),
  };
}

/** 7s, 3m 05s */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, "0")}s`;
}
