/** EKS ends support for what is older, and the add-ons here are not made for it. */
export const OLDEST_EKS_VERSION = "1.28";

/** Errors: a Kubernetes version that is older than 1.28, or none at all. */
export function assertEksVersion(version: string): void {
  const minor = /^1\.(\d+)$/.exec(version)?.[1];
  const oldest = OLDEST_EKS_VERSION.split(".")[1];
  if (minor === undefined || Number(minor) < Number(oldest)) {
    throw new Error(`cluster.version: ${version}; give ${OLDEST_EKS_VERSION} or newer, e.g. 1.35`);
  }
}
