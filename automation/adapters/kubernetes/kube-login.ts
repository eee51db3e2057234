import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type https from "node:https";
import { createSecureContext } from "node:tls";
import { KubeConfig } from "@kubernetes/client-node";
import { DriverError, redact } from "../../domain/errors.ts";
import { systemCode } from "../files/durable.ts";
import { type ExecCredential, execLogin } from "./exec-login.ts";
import type { KubeAccess, Material } from "./kubeconfig.ts";

/** A credential is not used in its last seconds, in milliseconds: the request has to arrive with it. */
const reserveMs = 10_000;

/** How requests to a cluster log in and connect, as its kubeconfig says. */
export class KubeLogin {
  readonly #access: KubeAccess;
  readonly #limitMs: number;
  #credential: ExecCredential | undefined;
  /** With its connections, as long as what they are made with is the same. */
  #prepared: { readonly key: string; readonly config: KubeConfig } | undefined;

  constructor(access: KubeAccess, limitMs: number) {
    this.#access = access;
    this.#limitMs = limitMs;
  }

  /** Forgets what a login command gave. False: there is nothing that a second login could change. */
  forget(): boolean {
    const had = this.#credential !== undefined;
    this.#credential = undefined;
    return had;
  }

  /**
   * Options of a request: agent, TLS and headers.
   * @throws DriverError `denied` or `timeout` naming the login command; `invalid-input` or `denied` naming the file.
   */
  async options(signal: AbortSignal): Promise<https.RequestOptions> {
    const { server, exec, skipTlsVerify, tlsServerName, proxyUrl, impersonate } = this.#access;
    const credential = exec === undefined ? undefined : await this.#logIn(signal);
    const [ca, certificate, key, tokenFile] = await Promise.all([
      pemOf(this.#access.ca),
      pemOf(this.#access.certificate),
      pemOf(this.#access.key),
      this.#access.tokenFile === undefined ? undefined : readFileOf(this.#access.tokenFile, "tokenFile"),
    ]);
    const material = { ca, cert: credential?.certificate ?? certificate, key: credential?.key ?? key };
    const token = this.#access.token ?? tokenFile?.toString("utf8").trim() ?? credential?.token;
    const identity = JSON.stringify([ca, material.cert, material.key].map((each) => each?.toString("base64")));
    if (this.#prepared?.key !== identity) {
      requireUsable(material, this.#access);
      const config = new KubeConfig();
      config.loadFromClusterAndUser(
        {
          name: "cluster",
          server: server.href,
          // For plain HTTP it only means that the library lets it pass.
          skipTLSVerify: skipTlsVerify || server.protocol === "http:",
          ...(ca === undefined ? {} : { caData: ca.toString("base64") }),
          ...(tlsServerName === undefined ? {} : { tlsServerName }),
          ...(proxyUrl === undefined ? {} : { proxyUrl }),
        },
        {
          name: "user",
          ...(material.cert === undefined ? {} : { certData: Buffer.from(material.cert).toString("base64") }),
          ...(material.key === undefined ? {} : { keyData: Buffer.from(material.key).toString("base64") }),
        },
      );
      this.#prepared = { key: identity, config };
    }
    const options: https.RequestOptions = { headers: {} };
    await this.#prepared.config.applyToHTTPSOptions(options);
    const { basic } = this.#access;
    const password =
      basic === undefined ? undefined : Buffer.from(`${basic.username}:${basic.password}`).toString("base64");
    const authorization =
      token !== undefined ? `Bearer ${token}` : password === undefined ? undefined : `Basic ${password}`;
    const headers = {
      ...(authorization === undefined ? {} : { authorization }),
      ...(impersonate === undefined ? {} : { "impersonate-user": impersonate }),
    };
    return { ...options, headers };
  }

  async #logIn(signal: AbortSignal): Promise<ExecCredential> {
    const known = this.#credential;
    const isGood = known?.expiresAt === undefined || known.expiresAt.getTime() - reserveMs > Date.now();
    if (known !== undefined && isGood) return known;
    this.#credential = await execLogin(this.#access, this.#limitMs, signal);
    return this.#credential;
  }
}

async function pemOf(material: Material | undefined): Promise<Buffer | undefined> {
  if (material === undefined) return undefined;
  return material.pem ?? (await readFileOf(material.path, material.field));
}

async function readFileOf(path: string, field: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = systemCode(error);
    const kind = code === "EACCES" || code === "EPERM" ? "denied" : "invalid-input";
    throw new DriverError(kind, `the kubeconfig in the stack's outputs: ${field}: cannot read ${path}: ${code}`, {
      cause: error,
    });
  }
}

/** A damaged certificate would otherwise show as a failed connection. */
function requireUsable(
  {
    ca,
    cert,
    key,
  }: {
    readonly ca: Buffer | undefined;
    readonly cert: Buffer | string | undefined;
    readonly key: Buffer | string | undefined;
  },
  access: KubeAccess,
): void {
  const attempt = (field: string, work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      const reason = redact(error instanceof Error ? error.message : String(error));
      throw new DriverError(
        "invalid-input",
        `the kubeconfig in the stack's outputs: ${field} cannot be used: ${reason}`,
        { cause: error },
      );
    }
  };
  if (ca !== undefined) attempt(access.ca?.field ?? "certificate-authority", () => new X509Certificate(ca));
  if (cert !== undefined && key !== undefined) {
    attempt(access.certificate?.field ?? "the login command's certificate", () => createSecureContext({ cert, key }));
  }
}
