import { describe } from "vitest";
import { crashMatrix } from "./support/crash-matrix.ts";

const always = { every: 1, from: 0 };
const starts = ["node", "npx", "unit"] as const;
const ends = ["SIGTERM", "SIGKILL", "reboot"] as const;

describe("a driver that is killed at every write of its journal", () => {
  crashMatrix(
    [always, always, always],
    starts.flatMap((start) =>
      ends.map((end) => [
        { start, end },
        { start, end },
        { start, end },
      ]),
    ),
  );
});
