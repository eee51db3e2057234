import { isAbsolute } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";

const text = z.string().min(1).nullish();
/** Generators of kubeconfigs write null for what is empty. */
const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish();

const clusterSchema = z.object({
  server: z.string().min(1),
  "certificate-authority": text,
  "certificate-authority-data": text,
  "insecure-skip-tls-verify": z.boolean().nullish(),
  "tls-server-name": z.string().nullish(),
  "proxy-url": z.string().nullish(),
});
const execSchema = z.object({
  apiVersion: z.string().min(1),
  command: z.string().min(1),
  args: listOf(z.string()),
  env: listOf(z.object({ name: z.string().min(1), value: z.string() })),
  installHint: z.string().nullish(),
  interactiveMode: z.enum(["Never", "IfAvailable", "Always"]).nullish(),
  provideClusterInfo: z.boolean().nullish(),
});
const userSchema = z.object({
  "client-certificate": text,
  "client-certificate-data": text,
  "client-key": text,
  "client-key-data": text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  exec: execSchema.nullish(),
  "auth-provider": z.object({ name: z.string() }).nullish(),
});
const kubeconfigSchema = z.object({
  "current-context": z.string().nullish(),
  clusters: listOf(z.object({ name: z.string(), cluster: z.unknown().optional() })),
  contexts: listOf(
    z.object({
      name: z.string(),
      context: z.object({ cluster: z.string().nullish(), user: z.string().nullish() }).nullish(),
    }),
  ),
  users: listOf(z.object({ name: z.string(), user: z.unknown().optional() })),
});

/** A certificate or key: in the kubeconfig, or in a file of this machine. */
export type Material = { readonly field: string } & (
  | { readonly pem: Buffer; readonly path?: undefined }
  | { readonly path: string; readonly pem?: undefined }
);

/** A program that prints a credential. */
export interface ExecLogin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint: string | undefined;
  readonly needsTerminal: boolean;
  readonly wantsClusterInfo: boolean;
}

export interface KubeAccess {
  readonly server: URL;
  readonly ca: Material | undefined;
  readonly skipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly certificate: Material | undefined;
  readonly key: Material | undefined;
  readonly token: string | undefined;
  /** Holds a token that may change. */
  readonly tokenFile: string | undefined;
  readonly basic: { readonly username: string; readonly password: string } | undefined;
  readonly impersonate: string | undefined;
  readonly exec: ExecLogin | undefined;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const proxyProtocols: ReadonlySet<string> = new Set([
  "http:",
  "https:",
  "socks4:",
  "socks4a:",
  "socks5:",
  "socks5h:",
  "socks:",
]);

/**
 * The current context of a kubeconfig that came in a stack's outputs. Nothing of it is asked or read yet. A user that is missing is one
 * without a login, as for `kubectl`.
 * @throws DriverError `invalid-input` naming the field; never with its value where that may be a secret.
 */
export function readKubeconfig(content: string): KubeAccess {
  const document = parseDocument(content, { prettyErrors: false });
  const [problem] = document.errors;
  // The parser's own words quote the lines beside, and with them keys and tokens.
  if (problem !== undefined) {
    const line = content.slice(0, problem.pos[0]).split("\n").length;
    throw wrong(`it is not YAML (line ${line}: ${problem.code})`);
  }
  const config = check(kubeconfigSchema, toValue(document), "");
  const current = config["current-context"] ?? "";
  if (current === "") throw wrong("current-context is not set");
  const context = config.contexts?.find(({ name }) => name === current)?.context;
  if (context === undefined || context === null)
    throw wrong(`current-context is ${current}, which contexts does not hold`);
  const named = config.clusters?.find(({ name }) => name === context.cluster);
  if (named === undefined)
    throw wrong(
      `the context ${current} is of the cluster ${context.cluster ?? "(none)"}, which clusters does not hold`,
    );
  const ofCluster = `clusters[${named.name}].cluster`;
  const cluster = check(clusterSchema, named.cluster, ofCluster);
  const ofUser = `users[${context.user ?? ""}].user`;
  const user = check(userSchema, config.users?.find(({ name }) => name === context.user)?.user ?? {}, ofUser);
  const provider = user["auth-provider"]?.name;
  if (provider !== undefined) {
    throw wrong(`${ofUser}.auth-provider is ${provider}; expected exec, which replaced it in Kubernetes 1.26`);
  }
  const access: KubeAccess = {
    server: serverOf(cluster.server, ofCluster),
    ca: material(
      ofCluster,
      "certificate-authority",
      cluster["certificate-authority"],
      cluster["certificate-authority-data"],
    ),
    skipTlsVerify: cluster["insecure-skip-tls-verify"] ?? false,
    tlsServerName: cluster["tls-server-name"] || undefined,
    proxyUrl: proxyOf(cluster["proxy-url"] || undefined, ofCluster),
    certificate: material(ofUser, "client-certificate", user["client-certificate"], user["client-certificate-data"]),
    key: material(ofUser, "client-key", user["client-key"], user["client-key-data"]),
    token: user.token ?? undefined,
    tokenFile: user.token == null ? absolute(ofUser, "tokenFile", "token", user.tokenFile) : undefined,
    basic: user.username == null ? undefined : { username: user.username, password: user.password ?? "" },
    impersonate: user.as ?? undefined,
    exec: user.exec == null ? undefined : execOf(user.exec, ofUser),
  };
  if ((access.certificate === undefined) !== (access.key === undefined)) {
    throw wrong(
      `${ofUser} has ${access.key === undefined ? "client-certificate without client-key" : "client-key without client-certificate"}`,
    );
  }
  requireSafe(access, ofCluster);
  return access;
}

/** `kubectl` sends no login over plain HTTP either. To this machine (`kubectl proxy`) nobody listens in. */
function requireSafe({ server, skipTlsVerify, token, tokenFile, basic, exec }: KubeAccess, ofCluster: string): void {
  const hasSecret = token !== undefined || tokenFile !== undefined || basic !== undefined || exec !== undefined;
  if (server.protocol === "https:" || !hasSecret || skipTlsVerify || loopback.test(server.hostname)) return;
  throw wrong(
    `${ofCluster}.server is ${server.origin}: over plain HTTP the login could be read on the way; expected https`,
  );
}

function serverOf(value: string, ofCluster: string): URL {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong(`${ofCluster}.server is ${JSON.stringify(value)}; expected an address such as https://10.0.0.1:6443`);
  }
  return url;
}

function proxyOf(value: string | undefined, ofCluster: string): string | undefined {
  if (value === undefined) return undefined;
  if (proxyProtocols.has(URL.parse(value)?.protocol ?? "")) return value;
  throw wrong(
    `${ofCluster}.proxy-url is no address of a proxy; expected e.g. http://10.0.0.1:3128 or socks5://10.0.0.1:1080`,
  );
}

/** As in `kubectl`, data in place win over a path. */
function material(
  of: string,
  field: string,
  path: string | null | undefined,
  data: string | null | undefined,
): Material | undefined {
  if (data != null) return { field: `${of}.${field}-data`, pem: Buffer.from(data, "base64") };
  const found = absolute(of, field, `${field}-data`, path);
  return found === undefined ? undefined : { field: `${of}.${field}`, path: found };
}

function absolute(of: string, field: string, instead: string, path: string | null | undefined): string | undefined {
  if (path == null) return undefined;
  if (isAbsolute(path)) return path;
  throw wrong(
    `${of}.${field} is ${path}, a path from the folder of a kubeconfig file; in a stack's outputs there is no such folder: expected ${instead}, or an absolute path`,
  );
}

function execOf(exec: z.infer<typeof execSchema>, ofUser: string): ExecLogin {
  // Without a slash, a command is looked for on PATH.
  if (exec.command.includes("/")) absolute(ofUser, "exec.command", "a command on PATH", exec.command);
  return {
    apiVersion: exec.apiVersion,
    command: exec.command,
    args: exec.args ?? [],
    env: Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
    installHint: exec.installHint?.trim() || undefined,
    needsTerminal: exec.interactiveMode === "Always",
    wantsClusterInfo: exec.provideClusterInfo ?? false,
  };
}

function toValue(document: { toJS(): unknown }): unknown {
  try {
    return document.toJS();
  } catch {
    throw wrong("its aliases cannot be resolved");
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, of: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = [of, ...(issue?.path ?? [])].filter((part) => part !== "").join(".");
  throw wrong(`${at || "its content"}: ${issue?.message ?? "is wrong"}`);
}

function wrong(problem: string): DriverError {
  return new DriverError("invalid-input", `the kubeconfig in the stack's outputs: ${problem}`);
}
