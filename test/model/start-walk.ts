import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { WalkOrder, WalkResult } from "./walk.ts";

/** In a thread of its own, whose modules are its own too: a mutation reaches nobody else. */
export function startWalk(order: WalkOrder): Promise<WalkResult> {
  const worker = new Worker(resolve(import.meta.dirname, "walk.ts"), {
    workerData: order,
    execArgv: ["--no-warnings"],
  });
  return new Promise((done, failed) => {
    worker.once("message", (result: WalkResult) => {
      done(result);
      void worker.terminate();
    });
    worker.once("error", failed);
    worker.once("exit", (code) => failed(new Error(`the walk ended with ${code}`)));
  });
}
