import type { z } from "zod";

/** An error in Azure Resource Manager's form: `{ error: { code, message } }` with an HTTP status. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ArmError";
    this.status = status;
    this.code = code;
  }

  toBody(): { readonly error: { readonly code: string; readonly message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}

/** What a schema refused, as ARM says it: 400 with every path and reason. Values are left out, they may be secret. */
export function invalidContent(error: z.ZodError, at: string): ArmError {
  const issues = error.issues.map((issue) => `'${[at, ...issue.path].map(String).join(".")}': ${issue.message}`);
  return new ArmError(400, "InvalidRequestContent", `The request content was invalid: ${issues.join("; ")}.`);
}
