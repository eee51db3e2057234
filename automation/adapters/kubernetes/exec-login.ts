import { spawn } from "node:child_process";
import { z } from "zod";
import { DriverError, redact } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { ExecLogin, KubeAccess } from "./kubeconfig.ts";

/** What a login command gave. Certificate and key are PEM. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Undefined: it does not say. */
  readonly expiresAt: Date | undefined;
}

const text = z.string().min(1).nullish();
const credentialSchema = z.object({
  kind: z.literal("ExecCredential"),
  status: z.object({
    token: text,
    clientCertificateData: text,
    clientKeyData: text,
    expirationTimestamp: z.string().nullish(),
  }),
});

const longestOutput = 1024 * 1024;
/** Milliseconds that a command's output may lag behind its end. */
const outputLagMs = 250;

/**
 * Runs the login command of a kubeconfig, without a terminal. It gets `milliseconds`; then it is killed with every process that it
 * started. Errors name the command: `denied` where it is not there, fails, or prints no credential; `timeout`.
 */
export async function execLogin(
  access: KubeAccess,
  milliseconds: number,
  signal: AbortSignal,
): Promise<ExecCredential> {
  const { exec } = access;
  if (exec === undefined) throw new DriverError("fatal", "the kubeconfig has no login command");
  const name = `the kubeconfig's login command ${exec.command}`;
  if (exec.needsTerminal) {
    throw new DriverError(
      "denied",
      `${name} says interactiveMode: Always, and the driver has no terminal; expected IfAvailable or Never`,
    );
  }
  const output = await withDeadline({ what: name, milliseconds: milliseconds, signal }, (inner) =>
    run(name, exec, execInfo(access, exec), inner),
  );
  const parsed = credentialSchema.safeParse(parseJson(output));
  // What it printed may be a token: it is never quoted.
  if (!parsed.success) {
    throw new DriverError(
      "denied",
      `${name} did not print a credential (JSON of kind ExecCredential, and nothing else) on standard output`,
    );
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = parsed.data.status;
  if (token == null && (clientCertificateData == null || clientKeyData == null)) {
    throw new DriverError(
      "denied",
      `${name} printed a credential without a token, and without a certificate and its key`,
    );
  }
  const expiresAt = new Date(expirationTimestamp ?? Number.NaN);
  return {
    token: token ?? undefined,
    certificate: clientCertificateData ?? undefined,
    key: clientKeyData ?? undefined,
    expiresAt: Number.isNaN(expiresAt.getTime()) ? undefined : expiresAt,
  };
}

function run(name: string, exec: ExecLogin, info: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string, cause?: unknown): void =>
      reject(new DriverError("denied", `${name} ${problem}`, cause === undefined ? {} : { cause }));
    const child = spawn(exec.command, [...exec.args], {
      env: { ...process.env, ...exec.env, KUBERNETES_EXEC_INFO: info },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that its children end with it; and no terminal at which it could ask.
      detached: true,
    });
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It is gone.
      }
    };
    signal.addEventListener("abort", kill, { once: true });
    const [said, warned] = [collect(child.stdout, kill), collect(child.stderr, kill)];
    const settle = (code: number | null, by: NodeJS.Signals | null): void => {
      signal.removeEventListener("abort", kill);
      if (code === 0) {
        resolve(said());
        return;
      }
      const words = redact(warned().trim()).slice(0, 300);
      fail(`${by === null ? `ended with ${code}` : `was ended by ${by}`}${words === "" ? "" : `: ${words}`}`);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      signal.removeEventListener("abort", kill);
      const hint = exec.installHint === undefined ? "" : `; ${exec.installHint.split("\n")[0]}`;
      fail(
        error.code === "ENOENT" ? `is not on this machine${hint}` : `cannot be started: ${error.code ?? error.message}`,
        error,
      );
    });
    // `close` waits until every holder of its output is gone, and a process left behind may be one.
    child.on("exit", (code, by) => setTimeout(() => settle(code, by), outputLagMs));
    child.on("close", settle);
  });
}

function collect(stream: NodeJS.ReadableStream, onTooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > longestOutput) onTooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

/** What a plugin receives (client.authentication.k8s.io). `aws eks get-token` remarks on its absence. */
function execInfo({ server, ca, skipTlsVerify, tlsServerName, proxyUrl }: KubeAccess, exec: ExecLogin): string {
  const cluster = {
    server: server.href,
    "insecure-skip-tls-verify": skipTlsVerify,
    ...(ca?.pem === undefined ? {} : { "certificate-authority-data": ca.pem.toString("base64") }),
    ...(tlsServerName === undefined ? {} : { "tls-server-name": tlsServerName }),
    ...(proxyUrl === undefined ? {} : { "proxy-url": proxyUrl }),
  };
  const spec = { interactive: false, ...(exec.wantsClusterInfo ? { cluster } : {}) };
  return JSON.stringify({ apiVersion: exec.apiVersion, kind: "ExecCredential", spec });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
