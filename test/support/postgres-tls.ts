import { execFileSync } from "node:child_process";
import { chmod, chown, copyFile, mkdtemp, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Site } from "../../stacks/outputs.ts";
import type { PostgresPair } from "./postgres-pair.ts";

/** A private authority, with certificates for the two servers of a pair. */
export interface PrivateAuthority {
  /** PEM. */
  readonly pem: string;
  /** The same, where a server can read it. */
  readonly file: string;
  /** Turns TLS on at a server, with a certificate for `address`. */
  secure(site: Site, address: string): Promise<void>;
}

/** Needs `openssl`. */
export async function createAuthority(pair: PostgresPair): Promise<PrivateAuthority> {
  const directory = await mkdtemp(join(tmpdir(), "pilotlight-authority-"));
  await chmod(directory, 0o755);
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: directory, stdio: "ignore" });
  };
  const fresh = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(...fresh, "-x509", "-subj", "/CN=authority", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt");
  const file = join(directory, "ca.crt");
  return {
    pem: await readFile(file, "utf8"),
    file,
    async secure(site, address) {
      const signed = ["-x509", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", "2"];
      const names = ["-subj", `/CN=${site}`, "-addext", `subjectAltName=IP:${address}`];
      openssl(...fresh, ...signed, ...names, "-keyout", `${site}.key`, "-out", `${site}.crt`);
      const [row] = await pair.sql(site, "select current_setting('data_directory') as path");
      const data = String(row?.["path"]);
      const owner = await stat(data);
      for (const kind of ["key", "crt"] as const) {
        const target = join(data, `server.${kind}`);
        await copyFile(join(directory, `${site}.${kind}`), target);
        await chown(target, owner.uid, owner.gid);
        await chmod(target, 0o600);
      }
      await pair.sql(site, "alter system set ssl = on");
      await pair.sql(site, "select pg_reload_conf()");
    },
  };
}
