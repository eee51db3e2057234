import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { awsPlugin } from "../../../../sandbox/providers/aws/plugin.ts";
import { azureNativePlugin } from "../../../../sandbox/providers/azure-native/plugin.ts";
import { kubernetesPlugin } from "../../../../sandbox/providers/kubernetes/plugin.ts";
import { pluginHandlers } from "../../../../sandbox/providers/plugin-handlers.ts";
import { randomPlugin } from "../../../../sandbox/providers/random/plugin.ts";
import type { PluginSpec } from "../../../../sandbox/providers/resource-kind.ts";

export interface ProviderHost {
  /** For the engine's command: it comes here instead of starting plugins. */
  readonly variables: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/**
 * The sandbox's providers in this process, for any number of previews: starting them anew for each costs more than what they
 * do there. They read the clouds' addresses from this process's environment.
 */
export async function hostProviders(): Promise<ProviderHost> {
  const servers = await Promise.all([
    serve(awsPlugin),
    serve(azureNativePlugin),
    serve(kubernetesPlugin),
    serve(randomPlugin),
  ]);
  return {
    variables: { PULUMI_DEBUG_PROVIDERS: servers.map(({ name, port }) => `${name}:${port}`).join(",") },
    close: () => {
      for (const { server } of servers) server.forceShutdown();
    },
  };
}

async function serve<Cloud>(spec: PluginSpec<Cloud>): Promise<{ name: string; port: number; server: Server }> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(
    providerGrpc.ResourceProviderService,
    eachForItself(() => pluginHandlers(spec)),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { name: spec.name, port, server };
}

/** A provider of a preview keeps its configuration to itself, as in a process of its own: each comes on a connection of its own. */
function eachForItself(make: () => UntypedServiceImplementation): UntypedServiceImplementation {
  const byPeer = new Map<string, UntypedServiceImplementation>();
  const own = (peer: string): UntypedServiceImplementation => {
    const known = byPeer.get(peer) ?? make();
    byPeer.set(peer, known);
    return known;
  };
  const forwarded = Object.keys(make()).map((method) => [
    method,
    (call: { getPeer(): string }, callback: unknown) =>
      Reflect.apply(own(call.getPeer())[method] ?? refuse, undefined, [call, callback]),
  ]);
  const attach = (_call: unknown, callback: (error: null, response: emptyPb.Empty) => void) =>
    callback(null, new emptyPb.Empty());
  return { ...Object.fromEntries(forwarded), attach };
}

function refuse(): never {
  throw new Error("no such method");
}
