import { describe } from "vitest";
import { crashMatrix } from "./support/crash-matrix.ts";

const always = { every: 1, from: 0 };

describe("a driver that is killed at every write of its journal", () => {
  crashMatrix([always, always, always]);
});
