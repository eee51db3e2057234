import { describe } from "vitest";
import { crashMatrix } from "./support/crash-matrix.ts";

// Every one of them is in the nightly part. Failover and failback are one plan in two directions, so these are two thirds of its entries.
describe("a driver that is killed at every third write of its journal", () => {
  crashMatrix(
    [
      { every: 3, from: 0 },
      { every: 3, from: 1 },
      { every: 3, from: 2 },
    ],
    [
      [
        { start: "node", end: "SIGKILL" },
        { start: "npx", end: "SIGTERM" },
        { start: "unit", end: "reboot" },
      ],
    ],
  );
});
