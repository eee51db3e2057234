import { spawn } from "node:child_process";
import { type handleUnaryCall, status } from "@grpc/grpc-js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";
import { programEnvironment, runtimeOptions } from "./runtime-options.ts";
import { sdkCommand } from "./sdk.ts";

type Run = handleUnaryCall<languagePb.RunRequest, languagePb.RunResponse>;

/** With this code the program has told the user all there is to tell. */
const exitedAfterLogging = 32;

/** Runs the user's program to its end; ends it when the engine takes the call back. */
export function runProgram(engineAddress: string, children: Children): Run {
  return (call, callback) => {
    const request = call.request;
    let finished = false;
    const finish = (response: languagePb.RunResponse): void => {
      if (finished) return;
      finished = true;
      callback(null, response);
    };
    try {
      const options = runtimeOptions(request.getInfo());
      const child = spawn(process.execPath, [...options.nodeargs, ...programArguments(request, engineAddress)], {
        cwd: request.getPwd(),
        stdio: ["ignore", "inherit", "inherit"],
        env: { ...process.env, ...configEnvironment(request), ...programEnvironment(options) },
      });
      children.add(child);
      call.on("cancelled", () => children.stop(child));
      child.once("error", (error) => finish(failed(`The program could not be started: ${error.message}`)));
      child.once("exit", (code, signal) => finish(outcome(code, signal)));
    } catch (error) {
      callback({ code: status.FAILED_PRECONDITION, details: error instanceof Error ? error.message : String(error) });
    }
  };
}

export function programArguments(request: languagePb.RunRequest, engineAddress: string): readonly string[] {
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() || request.getPwd();
  const flags: readonly (readonly [name: string, value: string])[] = [
    ["--monitor", request.getMonitorAddress()],
    ["--engine", engineAddress],
    ["--organization", request.getOrganization() || "organization"],
    ["--project", request.getProject()],
    ["--root-directory", info?.getRootDirectory() ?? ""],
    ["--stack", request.getStack()],
    ["--pwd", request.getPwd()],
    ["--parallel", String(request.getParallel())],
  ];
  return [
    sdkCommand("run", directory),
    ...flags.filter(([, value]) => value !== "").flat(),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

/** Configuration may hold secrets, and arguments can be read by every user of the machine. */
export function configEnvironment(request: languagePb.RunRequest): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

function outcome(code: number | null, signal: NodeJS.Signals | null): languagePb.RunResponse {
  if (code === 0) return new languagePb.RunResponse();
  if (code === exitedAfterLogging) return new languagePb.RunResponse().setBail(true);
  return failed(code === null ? `The program was ended by ${signal}.` : `The program exited with code ${code}.`);
}

function failed(reason: string): languagePb.RunResponse {
  return new languagePb.RunResponse().setError(reason);
}
