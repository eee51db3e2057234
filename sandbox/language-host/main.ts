import { Server, ServerCredentials } from "@grpc/grpc-js";
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { Children } from "./children.ts";
import { whenEngineIsGone } from "./engine-watch.ts";
import { languageRuntime } from "./language-runtime.ts";

/**
 * A Node language host for the Pulumi engine, for machines without the official one. The engine starts
 * `pulumi-language-nodejs [flags] <engine address>` and reads the port from the first line of standard output.
 */
const children = new Children();
const engineAddress = process.argv.at(-1) ?? "";
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(languageGrpc.LanguageRuntimeService, languageRuntime(engineAddress, children));

const stop = (): void => {
  children.killAll();
  server.forceShutdown();
  process.exit(0);
};
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
whenEngineIsGone(engineAddress, stop);

server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    console.error(`The language host cannot listen: ${error.message}`);
    process.exit(1);
  }
  console.log(port);
});
