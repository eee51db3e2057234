/** What a cloud says of one minor version of Kubernetes. */
export interface KubernetesVersion {
  readonly cloud: "eks" | "aks";
  readonly version: string;
  /** ISO date of the last day of standard support. */
  readonly supportEnds: string;
  /** ISO date of the last day on which a new cluster of it can be made. On AKS, without the Premium tier and long-term support. */
  readonly creatableUntil: string;
  /** When the source was looked at. */
  readonly asOf: string;
  readonly source: string;
}

const eks = { cloud: "eks", asOf: "2026-12-01", source: "https://endoflife.date/amazon-eks" } as const;
/** AKS names months; the last day of the month is taken. Twelve months from general availability. */
const aks = { cloud: "aks", asOf: "2026-12-01" } as const;
const calendar = "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions";

/** Like prices, to be looked after: add what the clouds announce, with date and source. */
export const KUBERNETES_VERSIONS: readonly KubernetesVersion[] = [
  { ...eks, version: "1.30", supportEnds: "2025-07-23", creatableUntil: "2026-07-23" },
  { ...eks, version: "1.31", supportEnds: "2025-11-26", creatableUntil: "2026-11-26" },
  { ...eks, version: "1.32", supportEnds: "2026-03-23", creatableUntil: "2027-03-23" },
  { ...eks, version: "1.33", supportEnds: "2026-07-29", creatableUntil: "2027-07-29" },
  { ...eks, version: "1.34", supportEnds: "2026-12-02", creatableUntil: "2027-12-02" },
  { ...eks, version: "1.35", supportEnds: "2027-03-27", creatableUntil: "2028-03-27" },
  { ...aks, version: "1.31", supportEnds: "2025-11-30", creatableUntil: "2025-11-30", source: calendar },
  { ...aks, version: "1.32", supportEnds: "2026-03-31", creatableUntil: "2026-03-31", source: calendar },
  {
    ...{ ...aks, version: "1.33", supportEnds: "2026-06-30", creatableUntil: "2026-06-30" },
    source: "https://github.com/Azure/AKS/releases/tag/2025-06-17",
  },
  { ...aks, version: "1.34", supportEnds: "2026-11-30", creatableUntil: "2026-11-30", source: calendar },
  {
    ...{ ...aks, version: "1.35", supportEnds: "2027-03-31", creatableUntil: "2027-03-31" },
    source: "https://github.com/Azure/AKS/releases/tag/2026-03-05",
  },
];

/** The newest minor version that the table has for a cloud. */
export function newestVersion(cloud: KubernetesVersion["cloud"]): string {
  return versionsOf(cloud).at(-1)?.version ?? "";
}

/** e.g. 34 of 1.34 and of 1.34.2; NaN for what is no version. */
export function minorOf(version: string): number {
  return Number(/^1\.(\d+)(?:\.\d+)?$/.exec(version)?.[1] ?? Number.NaN);
}

/**
 * What the table says of a version: its entry; `unknown` for one that is newer than all it has; `ended` for one that is older. A patch counts
 * as its minor version.
 */
export function lookUpVersion(
  cloud: KubernetesVersion["cloud"],
  version: string,
): KubernetesVersion | "unknown" | "ended" {
  const known = versionsOf(cloud);
  const found = known.find((each) => minorOf(each.version) === minorOf(version));
  if (found !== undefined) return found;
  return minorOf(version) < minorOf(known[0]?.version ?? "") ? "ended" : "unknown";
}

/**
 * Whether a new cluster can be made of it on `day` (ISO date). Of the newest version and of what the table does not know, it says that it can:
 * a cloud always offers some version, and by the end of the newest one it has others that the table lacks.
 */
export function isCreatable(cloud: KubernetesVersion["cloud"], version: string, day: string): boolean {
  if (minorOf(version) === minorOf(newestVersion(cloud))) return true;
  const found = lookUpVersion(cloud, version);
  return found === "unknown" || (found !== "ended" && day <= found.creatableUntil);
}

function versionsOf(cloud: KubernetesVersion["cloud"]): readonly KubernetesVersion[] {
  return KUBERNETES_VERSIONS.filter((each) => each.cloud === cloud).sort(
    (a, b) => minorOf(a.version) - minorOf(b.version),
  );
}
