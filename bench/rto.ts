/**
 * How long the application is away when the region goes: the driver's forced failover, its graph's critical path, and the reference's
 * seven stages one after another, in one sandbox after another, with the same data and provisioning times on a scaled clock.
 *
 *   node bench/rto.ts [--rows 200000] [--objects 2000] [--scale 60] [--only ours|reference] [--json]
 *
 * Prints what was measured and the ratios; exits 1 where an aim is missed or was not measured, and says which. docs/bench-rto.md
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { closeWhatIsOpen } from "./rto/estate.ts";
import { measureOurs } from "./rto/ours.ts";
import { measureReference } from "./rto/reference.ts";
import { aimsReached, type BenchResult, ratiosOf, resultText } from "./rto/result.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "200000" },
    objects: { type: "string", default: "2000" },
    scale: { type: "string", default: "60" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
if (values.only !== undefined && values.only !== "ours" && values.only !== "reference") {
  throw new Error(`--only is "${values.only}"; it must be ours or reference`);
}
const scale = positive("scale", values.scale);
const size = { rows: positive("rows", values.rows), objects: positive("objects", values.objects) };
const began = performance.now();
const options = {
  instance: Number(process.env["PILOTLIGHT_SANDBOX_INSTANCE"] ?? 5),
  scale,
  say: (line: string) => console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`),
};
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    options.say(`${signal}: closing the sandbox`);
    closeWhatIsOpen().finally(() => process.exit(130));
  });
}
const ours = values.only === "reference" ? undefined : await measureOurs(options, size);
if (ours !== undefined) options.say(`ours: ${ours.rtoSeconds.toFixed(1)} s`);
const reference = values.only === "ours" ? undefined : await measureReference(options, size);
if (reference !== undefined) options.say(`reference: ${reference.rtoSeconds.toFixed(1)} s`);
const result: BenchResult = { scale, ...size, ours, reference };
console.log(values.json ? JSON.stringify({ ...result, ratios: ratiosOf(result) }, null, 2) : resultText(result));
process.exit(aimsReached(ratiosOf(result)) ? 0 : 1);

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--${name} is "${text}"; it must be a number above 0`);
}
