// Plain JavaScript without dependencies: an old Node, and a bare clone, use it too.

const lookMs = 500;

/**
 * Calls `onGone` once when the process that started this one, and waits for it, is gone: npm (which hands SIGTERM to a shell that dies of it
 * and tells nobody) or a launcher of ours that named itself in the environment. Started in any other way, a parent may come and go.
 */
export function whenLauncherGone(onGone) {
  const parent = process.ppid;
  const byNpm = process.env.npm_lifecycle_event !== undefined;
  if (!byNpm && process.env.PILOTLIGHT_LAUNCHER !== String(parent)) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, lookMs);
  timer.unref();
}

/** The environment of a process that is to end with this one. */
export function launchedEnvironment() {
  return { ...process.env, PILOTLIGHT_LAUNCHER: String(process.pid) };
}

/**
 * Hands signals on to a child, which decides when to end; a launcher that is gone counts as SIGTERM. Returns what undoes it. A terminal sends
 * SIGINT to the child as well, and twice would mean "at once" to it; so would a launcher that goes after it had handed a signal on.
 */
export function forwardSignals(child) {
  let told = false;
  const tell = (signal) => {
    told = true;
    child.kill(signal);
  };
  const handlers = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
    const handler = () => {
      if (signal !== "SIGINT" || process.stdin.isTTY !== true) tell(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  let over = false;
  whenLauncherGone(() => {
    if (!told && !over) tell("SIGTERM");
  });
  return () => {
    over = true;
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

/** Takes a launcher that is gone for SIGTERM, unless a signal came before it. */
export function stopWithLauncher() {
  let told = false;
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => {
      told = true;
      // A listener keeps the signal from ending the process, and this one is no answer to it.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  whenLauncherGone(() => {
    if (!told) process.kill(process.pid, "SIGTERM");
  });
}
