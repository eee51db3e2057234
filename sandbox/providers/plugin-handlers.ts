import type * as grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { callError } from "./call-error.ts";
import { previewOutputs } from "./preview-outputs.ts";
import { decode, encode, UNKNOWN } from "./properties.ts";
import { diffProperties } from "./property-diff.ts";
import type { CallContext, PluginSpec, Properties, ResourceKind } from "./resource-kind.ts";
import { validateInputs } from "./validate.ts";

const defaultTimeoutSeconds = 600;

type Answer<Request, Response> = (request: Request) => Promise<Response>;

/** The methods of `pulumirpc.ResourceProvider`, written once for every plugin of the sandbox. */
export function pluginHandlers<Cloud>(spec: PluginSpec<Cloud>): grpc.UntypedServiceImplementation {
  const cancelled = new AbortController();
  let config: Properties = {};
  let connected: { readonly cloud: Cloud } | undefined;

  // Connecting waits for the first call that needs it: a provider whose configuration is wrong must not spoil `check`.
  const cloud = (): Cloud => {
    connected ??= { cloud: spec.connect(config) };
    return connected.cloud;
  };

  const kindOf = (token: string): ResourceKind<Cloud> => {
    const kind = spec.kinds[token] ?? spec.kindOf?.(token);
    if (kind !== undefined) return kind;
    throw new Error(
      `the sandbox's ${spec.name} provider does not know the resource type ${token}; known: ${Object.keys(spec.kinds).sort().join(", ")}`,
    );
  };

  const call = (urn: string, timeoutSeconds: number): CallContext => ({
    urn,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    signal: AbortSignal.any([
      cancelled.signal,
      AbortSignal.timeout(1000 * (timeoutSeconds > 0 ? timeoutSeconds : defaultTimeoutSeconds)),
    ]),
    log: (message) => process.stderr.write(`${message}\n`),
  });

  const secretsOf = (token: string) => spec.secretOutputs?.[token] ?? [];

  const check: Answer<providerPb.CheckRequest, providerPb.CheckResponse> = async (request) => {
    const kind = kindOf(tokenOf(request.getUrn()));
    const old = request.hasOlds() ? decode(request.getOlds()) : undefined;
    const given = decode(request.getNews());
    const response = new providerPb.CheckResponse();
    const failures = validateInputs(kind.inputs, given);
    const inputs =
      failures.length > 0 || kind.defaults === undefined
        ? given
        : kind.defaults(given, {
            name: nameOf(request.getUrn()),
            old: old && Object.keys(old).length > 0 ? old : undefined,
          });
    response.setInputs(encode(inputs));
    response.setFailuresList(
      failures.map(({ property, reason }) => {
        const failure = new providerPb.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        return failure;
      }),
    );
    return response;
  };

  const diff: Answer<providerPb.DiffRequest, providerPb.DiffResponse> = async (request) => {
    const kind = kindOf(tokenOf(request.getUrn()));
    const olds = decode(request.getOldInputs());
    const news = decode(request.getNews());
    const replacement = kind.replacement?.(olds, news, cloud()) ?? {
      paths: kind.replaceOnChanges,
      deleteBeforeReplace: kind.deleteBeforeReplace ?? false,
    };
    const changes = diffProperties(olds, news, replacement.paths);
    const response = new providerPb.DiffResponse();
    const { Kind } = providerPb.PropertyDiff;
    const kinds = {
      add: [Kind.ADD, Kind.ADD_REPLACE],
      delete: [Kind.DELETE, Kind.DELETE_REPLACE],
      update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
    } as const;
    for (const change of changes) {
      const detail = new providerPb.PropertyDiff();
      detail.setKind(kinds[change.kind][change.replaces ? 1 : 0]);
      detail.setInputdiff(true);
      response.getDetaileddiffMap().set(change.path, detail);
    }
    const top = (path: string) => path.split(/[.[]/)[0] ?? path;
    response.setHasdetaileddiff(true);
    response.setDiffsList([...new Set(changes.map(({ path }) => top(path)))]);
    response.setReplacesList([...new Set(changes.filter(({ replaces }) => replaces).map(({ path }) => top(path)))]);
    response.setDeletebeforereplace(replacement.deleteBeforeReplace);
    const { DiffChanges } = providerPb.DiffResponse;
    response.setChanges(changes.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
    return response;
  };

  const create: Answer<providerPb.CreateRequest, providerPb.CreateResponse> = async (request) => {
    const token = tokenOf(request.getUrn());
    const kind = kindOf(token);
    const inputs = decode(request.getProperties());
    const response = new providerPb.CreateResponse();
    if (request.getPreview()) {
      response.setProperties(encode(previewOutputs(inputs, kind.computed ?? []), secretsOf(token)));
      return response;
    }
    const { id, outputs } = await kind.create(cloud(), inputs, call(request.getUrn(), request.getTimeout()));
    response.setId(id);
    response.setProperties(encode(outputs, secretsOf(token)));
    return response;
  };

  const read: Answer<providerPb.ReadRequest, providerPb.ReadResponse> = async (request) => {
    const token = tokenOf(request.getUrn());
    const found = await kindOf(token).read(cloud(), request.getId(), decode(request.getProperties()), {
      ...call(request.getUrn(), request.getTimeout()),
      ...(request.hasInputs() && { lastInputs: decode(request.getInputs()) }),
    });
    const response = new providerPb.ReadResponse();
    if (found === undefined) return response;
    response.setId(found.id);
    response.setInputs(encode(found.inputs));
    response.setProperties(encode(found.outputs, secretsOf(token)));
    return response;
  };

  const update: Answer<providerPb.UpdateRequest, providerPb.UpdateResponse> = async (request) => {
    const token = tokenOf(request.getUrn());
    const kind = kindOf(token);
    const inputs = decode(request.getNews());
    const old = { inputs: decode(request.getOldInputs()), outputs: decode(request.getOlds()) };
    const response = new providerPb.UpdateResponse();
    if (request.getPreview()) {
      response.setProperties(encode(previewOutputs(inputs, kind.computed ?? [], old), secretsOf(token)));
      return response;
    }
    const outputs = await kind.update(
      cloud(),
      request.getId(),
      inputs,
      old,
      call(request.getUrn(), request.getTimeout()),
    );
    response.setProperties(encode(outputs, secretsOf(token)));
    return response;
  };

  const remove: Answer<providerPb.DeleteRequest, emptyPb.Empty> = async (request) => {
    await kindOf(tokenOf(request.getUrn())).delete(
      cloud(),
      request.getId(),
      decode(request.getProperties()),
      call(request.getUrn(), request.getTimeout()),
    );
    return new emptyPb.Empty();
  };

  const invoke: Answer<providerPb.InvokeRequest, providerPb.InvokeResponse> = async (request) => {
    const apply = spec.functions[request.getTok()];
    if (apply === undefined) {
      throw new Error(`the sandbox's ${spec.name} provider does not know the function ${request.getTok()}`);
    }
    const args = decode(request.getArgs());
    const response = new providerPb.InvokeResponse();
    const signal = AbortSignal.any([cancelled.signal, AbortSignal.timeout(60_000)]);
    response.setReturn(encode(await apply(cloud(), args, { signal })));
    return response;
  };

  const configure: Answer<providerPb.ConfigureRequest, providerPb.ConfigureResponse> = async (request) => {
    config = Object.fromEntries(Object.entries(decode(request.getArgs())).map(([key, value]) => [key, flag(value)]));
    const response = new providerPb.ConfigureResponse();
    // Without `acceptSecrets` the engine itself marks outputs that repeat a secret input as secret.
    response.setAcceptsecrets(false);
    response.setSupportspreview(true);
    return response;
  };

  const getPluginInfo: Answer<emptyPb.Empty, pluginPb.PluginInfo> = async () => {
    const info = new pluginPb.PluginInfo();
    info.setVersion(spec.version);
    return info;
  };

  const getSchema: Answer<providerPb.GetSchemaRequest, providerPb.GetSchemaResponse> = async () => {
    const response = new providerPb.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: spec.name, version: spec.version }));
    return response;
  };

  const cancel: Answer<emptyPb.Empty, emptyPb.Empty> = async () => {
    cancelled.abort(new Error("the engine cancelled the update"));
    return new emptyPb.Empty();
  };

  return {
    check: unary(check),
    diff: unary(diff),
    create: unary(create),
    read: unary(read),
    update: unary(update),
    delete: unary(remove),
    invoke: unary(invoke),
    configure: unary(configure),
    getPluginInfo: unary(getPluginInfo),
    getSchema: unary(getSchema),
    cancel: unary(cancel),
  };
}

function unary<Request, Response>(answer: Answer<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (request, callback) => {
    answer(request.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(callError(error)),
    );
  };
}

/** Provider configuration arrives as text; only booleans are turned back here, the rest is the plugin's to read. */
function flag(value: unknown): unknown {
  return value === "true" ? true : value === "false" ? false : value === UNKNOWN ? undefined : value;
}

/** `urn:pulumi:stack::project::Parent$token::name` to `token`. */
function tokenOf(urn: string): string {
  const qualified = urn.split("::")[2] ?? "";
  return qualified.slice(qualified.lastIndexOf("$") + 1);
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
