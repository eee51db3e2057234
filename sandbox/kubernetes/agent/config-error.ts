/** Why a container cannot be made; `reason` is the one a kubelet reports, e.g. CreateContainerConfigError, ErrImagePull. */
export class ConfigError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = "ConfigError";
    this.reason = reason;
  }
}
