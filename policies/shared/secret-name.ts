/** What ends the name of a variable that holds a secret. */
const SECRET =
  /(password|passwd|passphrase|[-_]pwd|secret|token|credential|(account|access|api|private|shared)[-_]?key)$/i;
/** What begins the name of a setting about secrets, or of what is sent to every browser. */
const SETTING =
  /^(max|min|enable|disable|use|require|allow|has|is|need|show|skip|next_public|react_app|vite|gatsby|nuxt_public|public)[-_]/i;
/** Values that are no secret: a switch, a path, a reference to a vault, a template. Nothing is a reference to something else. */
const NOT_SECRET =
  /^(true|false|yes|no|on|off|none|null)?$|^\.{0,2}\/[\w./-]*$|^arn:aws[\w-]*:(secretsmanager|ssm|kms|iam):|^@Microsoft\.KeyVault\(|^https:\/\/[\w-]+\.vault\.azure\.net\/(secrets|keys)\//i;
/** Values that hold a secret whatever their name: a password in a URL, a key in a connection string, a private key. */
const SECRET_VALUE =
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@|(^|;)\s*(AccountKey|SharedAccessKey|Password|Pwd)\s*=\s*[^;\s]|-----BEGIN [A-Z ]*PRIVATE KEY-----/i;

/** `DATABASE_PASSWORD`, `API_TOKEN`, `accountKey`, but not `KEY_VAULT_URI` nor `TOKEN_FILE`. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) && !SETTING.test(name);
}

/** A variable whose value is a secret, by its name or by its value. A value that is not known yet is judged by the name. */
export function isSecret(name: string, value: unknown): boolean {
  if (typeof value === "string" && SECRET_VALUE.test(value)) return true;
  return isSecretName(name) && !(typeof value === "string" && NOT_SECRET.test(value));
}
