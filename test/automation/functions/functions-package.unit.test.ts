import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { packFunctions } from "../../../automation/functions/pack.ts";

const tracked = resolve(import.meta.dirname, "../../../components/azure/failover-functions-package");

/** What the worker of Azure Functions gives to the code: it keeps what is registered. */
const fakeCore = `
const registered = [];
module.exports = {
  registered,
  registerFunction: (metadata, callback) => { registered.push({ metadata, callback }); return { dispose() {} }; },
  setProgrammingModel: (model) => { module.exports.model = model; },
  registerHook: () => ({ dispose() {} }),
  log: () => {},
};`;

/** Loads the package as the worker does, and calls each function once as the host would. */
const harness = `
const core = require("@azure/functions-core");
require("./" + require("./package.json").main);
(async () => {
  const calls = [];
  for (const { metadata, callback } of core.registered) {
    const http = { method: "GET", url: "https://f.example/api/x", headers: {}, query: {}, params: {}, nullableHeaders: {}, nullableParams: {}, nullableQuery: {}, identities: [] };
    const name = Object.keys(metadata.bindings).find((key) => metadata.bindings[key].type === "httpTrigger");
    const lines = [];
    const invocation = core.model.getInvocationModel({
      invocationId: "1", metadata, log: (level, category, text) => lines.push(text), state: undefined,
      request: { invocationId: "1", functionId: "f", inputData: [{ name, data: { http } }], triggerMetadata: {} },
    });
    const { context, inputs } = await invocation.getArguments();
    const result = await invocation.invokeFunction(context, inputs, callback);
    const response = await invocation.getResponse(context, result);
    const { statusCode, body } = response.returnValue.http;
    calls.push({ name: metadata.name, binding: metadata.bindings[name], statusCode, body: JSON.parse(body.string ?? Buffer.from(body.bytes).toString()), lines });
  }
  console.log(JSON.stringify(calls));
})();`;

describe("the package of the failover functions", () => {
  it("is the same bytes each time, and what is tracked (else: node automation/functions/write-package.ts)", async () => {
    const packed = await packFunctions();
    expect(await packFunctions()).toEqual(packed);
    expect((await readdir(tracked)).sort()).toEqual(Object.keys(packed).sort());
    for (const [name, content] of Object.entries(packed))
      expect((await readFile(join(tracked, name), "utf8")) === content, `${name} is up to date`).toBe(true);
  });

  it("registers both functions with the worker, and answers", async () => {
    const directory = await mkdtemp(join(tmpdir(), "pilotlight-functions-"));
    try {
      for (const [name, content] of Object.entries(await packFunctions()))
        await writeFile(join(directory, name), content);
      const core = join(directory, "node_modules", "@azure", "functions-core");
      await mkdir(core, { recursive: true });
      await writeFile(join(core, "index.js"), fakeCore);
      await writeFile(join(directory, "harness.cjs"), harness);
      const env = { PATH: process.env.PATH ?? "" };
      const { stdout } = await promisify(execFile)(process.execPath, ["harness.cjs"], { cwd: directory, env });
      const calls = JSON.parse(stdout);
      expect(calls).toMatchObject([
        {
          name: "health_check",
          binding: { type: "httpTrigger", methods: ["GET"], authLevel: "function", route: "health_check" },
          statusCode: "503",
          body: { healthy: null, active_target: null, error: "invalid-input" },
        },
        {
          name: "do_failover",
          binding: { type: "httpTrigger", methods: ["POST"], authLevel: "function", route: "do_failover" },
          statusCode: "503",
          body: { changed: null, status: "ERROR" },
        },
      ]);
      expect(calls[0].lines.join()).toContain("STATE_TABLE_ENDPOINT");
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
