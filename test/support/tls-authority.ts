import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private authority, in a folder of its own. */
export interface TlsAuthority {
  /** PEM. */
  readonly pem: string;
  /** File with the same. */
  readonly file: string;
  /** Key and certificate, in PEM, for one DNS name. */
  issue(name: string): { readonly key: Buffer; readonly cert: Buffer };
}

/** Needs `openssl`. */
export function tlsAuthority(): TlsAuthority {
  const directory = mkdtempSync(join(tmpdir(), "pilotlight-tls-"));
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: directory, stdio: "ignore" });
  };
  const fresh = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(...fresh, "-x509", "-subj", "/CN=authority", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt");
  const file = join(directory, "ca.crt");
  return {
    pem: readFileSync(file, "utf8"),
    file,
    issue(name) {
      const signed = ["-x509", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", "2"];
      const names = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
      openssl(...fresh, ...signed, ...names, "-keyout", "leaf.key", "-out", "leaf.crt");
      return { key: readFileSync(join(directory, "leaf.key")), cert: readFileSync(join(directory, "leaf.crt")) };
    },
  };
}
