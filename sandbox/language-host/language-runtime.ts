import { type handleUnaryCall, status } from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import type { Children } from "./children.ts";
import { programDependencies } from "./program-dependencies.ts";
import { runPlugin } from "./run-plugin.ts";
import { runProgram } from "./run-program.ts";
import { sdkVersion } from "./sdk.ts";

/** The engine's LanguageRuntime service. Code generation is the official host's business and is refused. */
export function languageRuntime(engineAddress: string, children: Children): ILanguageRuntimeServer {
  return {
    handshake: answer(() => new languagePb.LanguageHandshakeResponse()),
    // The engine finds plugins when a resource asks for one; no list is needed beforehand.
    getRequiredPlugins: answer(() => new languagePb.GetRequiredPluginsResponse()),
    getRequiredPackages: answer(() => new languagePb.GetRequiredPackagesResponse()),
    getPluginInfo: answer(() => new pluginPb.PluginInfo().setVersion(sdkVersion())),
    runtimeOptionsPrompts: answer(() => new languagePb.RuntimeOptionsResponse()),
    about: answer(() => new languagePb.AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    getProgramDependencies: answer(async (request: languagePb.GetProgramDependenciesRequest) =>
      new languagePb.GetProgramDependenciesResponse().setDependenciesList(
        await programDependencies(request.getInfo()?.getRootDirectory() || request.getPwd()),
      ),
    ),
    run: runProgram(engineAddress, children),
    runPlugin: runPlugin(children),
    // The clone's lockfile is installed by npm before there is a host to ask.
    installDependencies: (call) => call.end(),
    cancel: answer(() => {
      children.stopAll();
      return new emptyPb.Empty();
    }),
    template: answer(() => new languagePb.TemplateResponse()),
    generateProgram: refuse("generateProgram"),
    generateProject: refuse("generateProject"),
    generatePackage: refuse("generatePackage"),
    pack: refuse("pack"),
    link: refuse("link"),
  };
}

function answer<Request, Response>(
  make: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(make)
      .then(
        (response) => callback(null, response),
        (error: unknown) =>
          callback({ code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) }),
      );
  };
}

function refuse<Request, Response>(method: string): handleUnaryCall<Request, Response> {
  const details = `The sandbox's language host has no ${method}; use the official pulumi-language-nodejs.`;
  return (_call, callback) => callback({ code: status.UNIMPLEMENTED, details });
}
