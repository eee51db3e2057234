import { X509Certificate } from "node:crypto";
import { invalidInput } from "../../domain/errors.ts";
import { settingFile } from "./setting-file.ts";

/** Certificates of authorities, in PEM form, in the file that a setting names. Errors: `invalid-input` naming setting and file. */
export function authorityFile(field: string, path: string): string {
  const text = settingFile(field, path);
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (certificates.length === 0) throw new Error("no certificate");
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch {
    throw invalidInput(field, path, "a file with the certificates of one or more authorities in PEM form");
  }
  return text;
}
