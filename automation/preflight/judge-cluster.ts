import { type Finding, failed, ok, unknown, warning } from "./finding.ts";

/** `offered`: minor versions that the region makes clusters of now. A patch counts as its minor version. */
export function judgeClusterVersion(
  declared: string,
  offered: readonly string[],
  { isLit }: { readonly isLit: boolean },
): Finding {
  if (offered.length === 0) return unknown("the region offers no version of Kubernetes, or tells none");
  const minor = declared.split(".").slice(0, 2).join(".");
  if (offered.includes(minor)) return ok(`the region makes clusters of Kubernetes ${declared}`);
  const found = `the region makes no cluster of Kubernetes ${declared}; it offers ${offered.join(", ")}`;
  const advice = "set pilotlight:cluster version to one of those, or to newest, then `pilotlight up`";
  return isLit ? warning(found, advice) : failed(found, `${advice}: the standby could not be lit`);
}
