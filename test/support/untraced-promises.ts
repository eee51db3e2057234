import * as debuggable from "@pulumi/pulumi/runtime/debuggable.js";

type Wrap = (promise: Promise<unknown>, context: unknown) => Promise<unknown>;

/**
 * The SDK formats a stack trace for each promise of each resource, in case one is left over when the process ends; through
 * Vitest's source maps that is three quarters of what a plan costs. After this they have none. Errors keep theirs.
 */
export function leavePromisesUntraced(): void {
  const sdk = debuggable.default as unknown as { debuggablePromise: Wrap & { untraced?: true } };
  const wrap = sdk.debuggablePromise;
  if (wrap.untraced) return;
  const untraced: Wrap = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return wrap(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
  sdk.debuggablePromise = Object.assign(untraced, { untraced: true as const });
}
