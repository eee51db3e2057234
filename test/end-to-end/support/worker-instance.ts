import process from "node:process";

/** The sandbox of this test worker: end-to-end files run two at a time, on 1 and 2; other tests have the higher ones. */
export function workerInstance(): number {
  const id = Number(process.env["VITEST_POOL_ID"] ?? "1");
  if (id !== 1 && id !== 2) throw new Error(`there are sandboxes for two workers, and this is worker ${id}`);
  return id;
}
