import { hostname, userInfo } from "node:os";

/**
 * `<user>@<host>`, for the record. A user id without a name, as containers have it, is `uid-<id>` unless `USER` says more.
 * `lookUp`: the machine's entry of this process's user; throws where there is none.
 */
export function personHere(
  environment: NodeJS.ProcessEnv,
  lookUp: () => { readonly username: string } = userInfo,
): string {
  return `${nameOf(environment, lookUp)}@${hostname()}`;
}

/** Sets what the engine asks for where the machine does not know the user: without `USER` and `HOME` it cannot lock a stack. */
export function nameUnknownUser(
  environment: NodeJS.ProcessEnv,
  lookUp: () => { readonly username: string } = userInfo,
): void {
  try {
    lookUp();
  } catch {
    environment["USER"] ||= nameOf(environment, lookUp);
    // Not a folder that others may write: programs read their configuration from it.
    environment["HOME"] ||= "/nonexistent";
  }
}

function nameOf(environment: NodeJS.ProcessEnv, lookUp: () => { readonly username: string }): string {
  try {
    return lookUp().username;
  } catch {
    return environment["USER"] || `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
