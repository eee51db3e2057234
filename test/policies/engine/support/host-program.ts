import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import * as automation from "@pulumi/pulumi/automation/server.js";
import languageGrpc, { type ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import { Children } from "../../../../sandbox/language-host/children.ts";
import { languageRuntime } from "../../../../sandbox/language-host/language-runtime.ts";
import { leavePromisesUntraced } from "../../../support/untraced-promises.ts";

/** What runs inline programs of the Automation API, several at a time; not in its types. */
const { LanguageServer } = automation as unknown as {
  readonly LanguageServer: new (program: PulumiFn) => Pick<ILanguageRuntimeServer, "run">;
};

export interface ProgramHost {
  /** For the engine's command: it comes here instead of starting a host of its own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/**
 * A language host for one preview, which runs `program` in this process whatever the project says; all else, packs included,
 * it does as the sandbox's does. Saves half of a preview: nothing has to be loaded anew.
 */
export async function hostProgram(program: PulumiFn): Promise<ProgramHost> {
  leavePromisesUntraced();
  const children = new Children();
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const inline = new LanguageServer(program);
  let engineAddress = "";
  const host: ILanguageRuntimeServer = {
    ...languageRuntime("", children),
    handshake: (call, callback) => {
      engineAddress = call.request.getEngineAddress();
      callback(null, new languagePb.LanguageHandshakeResponse());
    },
    run: (call, callback) => {
      call.request.setArgsList([engineAddress]);
      inline.run(call, callback);
    },
  };
  server.addService(languageGrpc.LanguageRuntimeService, host);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    variables: { PULUMI_DEBUG_LANGUAGES: `nodejs:${port}` },
    close: () => {
      children.killAll();
      server.forceShutdown();
    },
  };
}
