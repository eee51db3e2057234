import process from "node:process";

// Loaded ahead of a driver (`NODE_OPTIONS=--import=…`): sets the wall clock of that process at random, back and on, every second or so.
// Processes that it starts inherit the option and keep their time.

/** Seconds: what NTP does to a clock that ran wrong, and what a person or a resumed machine does. */
const steps = [-7200, -3600, -20, -12, 12, 20, 3600, 7200];
const everyMs = 800;

if (/pilotlight(\.mjs)?$/.test(process.argv[1] ?? "")) {
  const real = Date;
  let aheadMs = 0;
  const now = (): number => real.now() + aheadMs;
  globalThis.Date = new Proxy(real, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new real(now()).toString(),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });
  const step = (): void => {
    aheadMs = 1000 * (steps[Math.floor(Math.random() * steps.length)] ?? 0);
  };
  step();
  setInterval(step, everyMs).unref();
}
