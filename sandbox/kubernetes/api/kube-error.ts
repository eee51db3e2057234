/** An answer of a Kubernetes API server other than 2xx. */
export class KubeError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** `reason` of the Status object, e.g. AlreadyExists, Conflict, NotFound, Expired. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = "KubeError";
    this.status = status;
    this.reason = reason;
  }

  static is(error: unknown, status: number): error is KubeError {
    return error instanceof KubeError && error.status === status;
  }
}
