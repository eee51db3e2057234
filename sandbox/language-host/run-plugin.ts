import { spawn } from "node:child_process";
import { type handleServerStreamingCall, status } from "@grpc/grpc-js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";
import { programEnvironment, runtimeOptions } from "./runtime-options.ts";
import { sdkCommand } from "./sdk.ts";

type RunPlugin = handleServerStreamingCall<languagePb.RunPluginRequest, languagePb.RunPluginResponse>;

/** Runs a policy pack or another plugin written for Node and passes its output on until it ends. */
export function runPlugin(children: Children): RunPlugin {
  return (call) => {
    const request = call.request;
    try {
      const options = runtimeOptions(request.getInfo());
      const { args, cwd } = pluginCommand(request);
      const child = spawn(process.execPath, [...options.nodeargs, ...args], {
        cwd,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...parseEnvironment(request.getEnvList()), ...programEnvironment(options) },
      });
      children.add(child);
      call.on("cancelled", () => children.stop(child));
      child.stdout.on("data", (chunk: Buffer) => call.write(new languagePb.RunPluginResponse().setStdout(chunk)));
      child.stderr.on("data", (chunk: Buffer) => call.write(new languagePb.RunPluginResponse().setStderr(chunk)));
      child.once("error", (error) => call.destroy(error));
      // `close`, not `exit`: the exit code must come after the last output.
      child.once("close", (code) => {
        call.write(new languagePb.RunPluginResponse().setExitcode(code ?? 1));
        call.end();
      });
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error);
      call.emit("error", { code: status.FAILED_PRECONDITION, details });
    }
  };
}

/** A policy pack is run in its own directory and told where it is last; other plugins are told first and run where asked. */
function pluginCommand(request: languagePb.RunPluginRequest): { args: readonly string[]; cwd: string } {
  const directory = request.getInfo()?.getProgramDirectory() || request.getProgram();
  const given = request.getArgsList();
  if (request.getKind() === "analyzer") {
    return { args: [sdkCommand("run-policy-pack", directory), ...given, directory], cwd: directory };
  }
  return { args: [sdkCommand("run-plugin", directory), directory, ...given], cwd: request.getPwd() || directory };
}

export function parseEnvironment(entries: readonly string[]): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const entry of entries) {
    const at = entry.indexOf("=");
    if (at > 0) environment[entry.slice(0, at)] = entry.slice(at + 1);
  }
  return environment;
}
