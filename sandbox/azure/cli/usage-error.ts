/** What the sandbox's `az` does not know, or is given wrongly: it ends with exit code 2. */
export class AzUsageError extends Error {
  override readonly name = "AzUsageError";
}
