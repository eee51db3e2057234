import * as grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { pluginHandlers } from "./plugin-handlers.ts";
import type { PluginSpec } from "./resource-kind.ts";

export { PartialFailure } from "./partial-failure.ts";
export { UNKNOWN } from "./properties.ts";
export type { CallContext, PluginSpec, Properties, ResourceKind } from "./resource-kind.ts";

/**
 * Serves a Pulumi resource provider over the engine's gRPC protocol and prints its port, as the engine expects.
 * Call once, from a plugin's `main.ts`. Methods of the protocol that no plugin of ours needs answer UNIMPLEMENTED.
 */
export function servePlugin<Cloud>(spec: PluginSpec<Cloud>): void {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(providerGrpc.ResourceProviderService, pluginHandlers(spec));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      console.error(`the ${spec.name} plugin cannot listen on loopback: ${error.message}`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
  // The engine ends its plugins by an interrupt and waits; they run in a process group of their own, so Ctrl-C does not reach them.
  process.on("SIGINT", () => process.exit(0));
}
