import { ToolchainError } from "./errors.ts";
import { ensureToolchain } from "./toolchain.ts";

/** Provides the toolchain and prints where it is, as JSON on standard output. */
async function main(): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => interrupted.abort(new ToolchainError("Interrupted.", 1)));
  }
  try {
    console.log(JSON.stringify(await ensureToolchain({ signal: interrupted.signal }), undefined, 2));
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

await main();
