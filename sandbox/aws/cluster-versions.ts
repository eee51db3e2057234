import { isCreatable, KUBERNETES_VERSIONS } from "../../components/kubernetes-versions.ts";
import type { ApiAnswer } from "./api-answer.ts";

/** The answer to `DescribeClusterVersions`: what EKS makes clusters of on `day`, newest first. */
export function clusterVersions(day: string = new Date().toISOString().slice(0, 10)): ApiAnswer {
  const offered = KUBERNETES_VERSIONS.filter(
    ({ cloud, version }) => cloud === "eks" && isCreatable("eks", version, day),
  );
  const seconds = (date: string): number => Date.parse(date) / 1000;
  const versions = offered.toReversed().map(({ version, supportEnds, creatableUntil }, index) => ({
    clusterVersion: version,
    clusterType: "eks",
    defaultVersion: index === 0,
    endOfStandardSupportDate: seconds(supportEnds),
    endOfExtendedSupportDate: seconds(creatableUntil),
    versionStatus: day <= supportEnds ? "STANDARD_SUPPORT" : "EXTENDED_SUPPORT",
  }));
  const body = Buffer.from(JSON.stringify({ clusterVersions: versions }));
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { status: 200, headers, body };
}
