import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { KubeClient } from "../../kubernetes/api/kube-client.ts";
import { KubeError } from "../../kubernetes/api/kube-error.ts";
import { Discovery } from "./discovery.ts";
import { UnreachableError } from "./unreachable-error.ts";

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]).optional();

/** Provider inputs. What the real provider knows beyond these is refused, so that nothing is silently different here. */
export const configSchema = z.strictObject({
  kubeconfig: z.string().optional(),
  context: z.string().optional(),
  namespace: z.string().optional(),
  clusterIdentifier: z.string().optional(),
  enableServerSideApply: flag,
  enableConfigMapMutable: flag,
  enableSecretMutable: flag,
  deleteUnreachable: flag,
  skipUpdateUnreachable: flag,
  suppressDeprecationWarnings: flag,
  suppressHelmHookWarnings: flag,
  version: z.string().optional(),
  pluginDownloadURL: z.string().optional(),
});
export type KubeProviderConfig = z.infer<typeof configSchema>;

const pingTimeoutMs = 10_000;

/** One provider: its configuration, and the cluster behind it once that has answered. */
export class KubeCloud {
  readonly config: KubeProviderConfig;
  #connected: Promise<{ readonly client: KubeClient; readonly namespace: string | undefined }> | undefined;
  #discovery: Discovery | undefined;

  /** The two switches for unreachable clusters may also come from the environment, as with the real provider. */
  constructor(config: KubeProviderConfig, environment: NodeJS.ProcessEnv = process.env) {
    this.config = {
      ...config,
      deleteUnreachable: config.deleteUnreachable ?? environment.PULUMI_K8S_DELETE_UNREACHABLE === "true",
      skipUpdateUnreachable: config.skipUpdateUnreachable ?? environment.PULUMI_K8S_SKIP_UPDATE_UNREACHABLE === "true",
    };
  }

  /** Throws {@link UnreachableError} when the cluster does not answer; the next call tries again. */
  async connect(
    signal: AbortSignal,
  ): Promise<{ readonly client: KubeClient; readonly discovery: Discovery; readonly namespace: string }> {
    this.#connected ??= this.#open(signal);
    this.#connected.catch(() => {
      this.#connected = undefined;
    });
    const { client, namespace } = await this.#connected;
    this.#discovery ??= new Discovery(client);
    return { client, discovery: this.#discovery, namespace: this.config.namespace ?? namespace ?? "default" };
  }

  async #open(signal: AbortSignal): Promise<{ readonly client: KubeClient; readonly namespace: string | undefined }> {
    const config = loadKubeconfig(this.config);
    const cluster = config.getCurrentCluster();
    if (cluster === null)
      throw new UnreachableError(
        `kubeconfig: context "${config.getCurrentContext()}" names no cluster; there are: ${
          config
            .getContexts()
            .map(({ name }) => name)
            .join(", ") || "no contexts"
        }`,
      );
    const client = new KubeClient({
      server: cluster.server,
      tls: await tlsOf(config),
      headers: () => headersOf(config),
    });
    try {
      await client.get("/version", { signal, timeoutMs: pingTimeoutMs });
    } catch (error) {
      client.close();
      // It answered: wrong credentials are not "unreachable".
      if (error instanceof KubeError) throw error;
      throw new UnreachableError(
        `the Kubernetes cluster at ${cluster.server} is unreachable: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
    return { client, namespace: config.getContextObject(config.getCurrentContext())?.namespace };
  }
}

function loadKubeconfig({ kubeconfig, context }: KubeProviderConfig): KubeConfig {
  // The machine's own kubeconfig is never used: a program that forgot its own must not touch a stranger's cluster.
  if (kubeconfig === undefined || kubeconfig.trim() === "") {
    throw new UnreachableError("provider input kubeconfig is not set; give the content or the path of a kubeconfig");
  }
  const config = new KubeConfig();
  try {
    config.loadFromString(/^\s*\{|clusters:/.test(kubeconfig) ? kubeconfig : readFileSync(kubeconfig.trim(), "utf8"));
  } catch (error) {
    throw new UnreachableError(
      `provider input kubeconfig is neither a kubeconfig nor the path of one: ${error instanceof Error ? error.message.split("\n")[0] : ""}`,
    );
  }
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}

async function tlsOf(
  config: KubeConfig,
): Promise<Pick<RequestOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

/** Asked for every request: exec credential plugins keep their token until it expires. */
async function headersOf(config: KubeConfig): Promise<Record<string, string>> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    if (typeof value === "string") headers[name] = value;
  if (typeof options.auth === "string") headers.Authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  return headers;
}
