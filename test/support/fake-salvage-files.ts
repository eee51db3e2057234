import type { SalvageFiles } from "../../automation/ports/salvage-files.ts";

/** Counts; `seen` is given every row. */
export function fakeSalvageFiles(seen: (row: unknown) => void = () => {}): SalvageFiles {
  return {
    async create(operationId) {
      let rows = 0;
      return {
        async add(write) {
          rows += 1;
          seen(write);
        },
        async finish() {
          return rows === 0 ? undefined : { name: `${operationId}.jsonl`, rows, bytes: rows, sha256: "0" };
        },
        async [Symbol.asyncDispose]() {},
      };
    },
  };
}
