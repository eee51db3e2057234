import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The API server makes certificates for a year; one that is older than this is made anew at the next start. */
const certificateDays = 300;

export interface ClusterFiles {
  /** Working directory of every process of the cluster; names below are relative to it. */
  readonly directory: string;
  readonly token: string;
}

/** Keys and token of a cluster, made once: `sa.key`, `sa.pub`, `token`, `tokens.csv`, all readable by their owner only. */
export async function prepareClusterFiles(directory: string): Promise<ClusterFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(directory, name);
  if (!existsSync(file("sa.key"))) {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await writePrivate(file("sa.pub"), publicKey.export({ type: "spki", format: "pem" }).toString());
    await writePrivate(file("sa.key"), privateKey.export({ type: "pkcs1", format: "pem" }).toString());
  }
  if (!existsSync(file("token"))) await writePrivate(file("token"), randomBytes(24).toString("base64url"));
  const token = (await readFile(file("token"), "utf8")).trim();
  await writePrivate(file("tokens.csv"), `${token},sandbox-admin,sandbox-admin,system:masters\n`);
  const certificate = file("certs/apiserver.crt");
  if (existsSync(certificate) && Date.now() - (await stat(certificate)).mtimeMs > certificateDays * 86_400_000) {
    await rm(file("certs"), { recursive: true });
  }
  return { directory, token };
}

/** The authority (PEM) behind the certificate that the API server made for itself: the last of the chain in its file. */
export async function readAuthority(directory: string): Promise<string> {
  const file = join(directory, "certs/apiserver.crt");
  const chain =
    (await readFile(file, "utf8")).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];
  const authority = chain.at(-1);
  if (authority === undefined || chain.length < 2)
    throw new Error(`${file} holds ${chain.length} certificates, not a certificate and its authority`);
  return authority;
}

/** A kubeconfig with a static token. */
export function kubeconfigOf(options: {
  readonly name: string;
  readonly server: string;
  readonly authority: string;
  readonly token: string;
}): string {
  const { name, server, token } = options;
  // JSON is YAML; quoting needs no thought.
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name, cluster: { server, "certificate-authority-data": Buffer.from(options.authority).toString("base64") } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Written beside and renamed, 0600. */
export async function writePrivate(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}
