import process from "node:process";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { compileCache } from "./sandbox/contracts/world.ts";
import { measurePace } from "./test/support/machine-pace.ts";
import { SlowestFiles } from "./test/support/slowest-files.ts";

/** Where CI wants the results as JSON, beside the usual output. */
const results = process.env["PILOTLIGHT_TEST_RESULTS"];

// Waits scale with the machine, measured once, here. The workers have it from the environment.
const pace = measurePace();
process.env["PILOTLIGHT_TEST_PACE"] = String(pace);
// Engines, language hosts and providers that tests start load their modules in half the time.
process.env["NODE_COMPILE_CACHE"] = compileCache;
const patience = (milliseconds: number): number => Math.round(milliseconds * pace);

/** The end-to-end run takes longest by far: it begins first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = (file: TestSpecification) => (file.project.name === "end-to-end" ? 0 : 1);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

// Four kinds of tests, told by suffix; the folders mirror the rooms. `unit` needs no server and runs in seconds (part of `npm run check`),
// `live` runs adapters and sandbox parts against real servers, `e2e` runs the whole product in a sandbox of its own. `nightly` holds long
// matrices of which the others run a part: `npm run test:nightly`, and never `npm test`.
export default defineConfig({
  test: {
    reporters: [
      "default",
      new SlowestFiles(),
      ...(results === undefined ? [] : [["json", { outputFile: results }] as ["json", { outputFile: string }]]),
    ],
    // The end-to-end run mostly waits; the others fill the time. They share nothing: each has loopback addresses of its own.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          // A module is loaded once a worker, not once a file: Pulumi's SDKs take longer to load than most files to run.
          isolate: false,
          // Its default of a second is too short on a busy machine.
          expect: { poll: { timeout: patience(20_000) } },
          include: ["test/**/*.unit.test.ts"],
          testTimeout: patience(60_000),
          hookTimeout: patience(60_000),
        },
      },
      {
        test: {
          name: "live",
          include: ["test/**/*.live.test.ts"],
          testTimeout: patience(120_000),
          hookTimeout: patience(180_000),
        },
      },
      {
        test: {
          name: "end-to-end",
          include: ["test/end-to-end/*.e2e.test.ts"],
          testTimeout: patience(600_000),
          hookTimeout: patience(600_000),
        },
      },
      {
        test: {
          name: "nightly",
          include: ["test/**/*.nightly.test.ts", "test/policies/engine/packs.live.test.ts"],
          env: { PILOTLIGHT_TEST_POLICIES: "all" },
          testTimeout: patience(3_600_000),
          hookTimeout: patience(3_600_000),
        },
      },
    ],
  },
});
