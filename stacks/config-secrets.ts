import type { ConfigProblem } from "./config-error.ts";
import { RIGHT } from "./config-right.ts";
import { SECRET_KEYS } from "./config-schema.ts";

const HIDDEN = "[hidden]";
/** Names under which people put what must not be read. */
const SECRET_NAME = /passw|secret|token|credential|(private|access|account)_?key/i;

/** Secrets that stand in the stack's file for everybody to read. */
export function plainSecrets(
  values: Readonly<Record<string, unknown>>,
  isEncrypted: (name: string) => boolean,
  namespace: string,
): readonly ConfigProblem[] {
  return Object.keys(values)
    .filter((name) => SECRET_KEYS.has(name) && !isEncrypted(name))
    .map((name) => ({ key: `${namespace}:${name}`, value: HIDDEN, right: `${RIGHT[name] ?? "encrypted"}` }));
}

/** Takes the value out of a problem that would show one, and says what to do about a password that has no place here. */
export function hideSecrets(
  problem: ConfigProblem,
  isEncrypted: (name: string) => boolean,
  namespace: string,
): ConfigProblem {
  const path = problem.key.slice(namespace.length + 1);
  const top = path.split(".")[0] ?? "";
  const looksSecret = SECRET_NAME.test(path);
  if (problem.value === undefined || !(looksSecret || isEncrypted(top))) return problem;
  if (SECRET_KEYS.has(top)) return { ...problem, value: HIDDEN };
  const right = looksSecret
    ? `to leave it out: the stacks make passwords themselves and keep them encrypted; an external primary's are ${[...SECRET_KEYS].join(", ")}, set with --secret`
    : problem.right;
  return { key: problem.key, value: HIDDEN, right };
}
