/** The toolchain could not be provided. The message says what to do and needs no stack trace. */
export class ToolchainError extends Error {
  /** 2: something must be installed first; 1: a build or a check failed. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.name = "ToolchainError";
    this.exitCode = exitCode;
  }
}
