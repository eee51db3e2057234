import type { Control } from "./rule.ts";

/** Where rules come from. Every one can be read by anybody, but for CIS, whose benchmarks want a registration. */

/** NIST SP 800-53 rev. 5, e.g. `SC-28`. */
export function nist(id: string): Control {
  const url = `https://csrc.nist.gov/projects/risk-management/sp800-53-controls/release-search#!/control?version=5.1&number=${id}`;
  return { source: "NIST SP 800-53r5", id, url };
}

export function cisAws(id: string): Control {
  return { source: "CIS AWS Foundations 3.0", id, url: "https://www.cisecurity.org/benchmark/amazon_web_services" };
}

export function cisAzure(id: string): Control {
  return { source: "CIS Azure Foundations 2.0", id, url: "https://www.cisecurity.org/benchmark/azure" };
}

/** AWS Foundational Security Best Practices, as Security Hub numbers them, e.g. `RDS.3`. */
export function securityHub(id: string): Control {
  const [service = ""] = id.toLowerCase().split(".");
  const url = `https://docs.aws.amazon.com/securityhub/latest/userguide/${service}-controls.html#${id.toLowerCase().replace(".", "-")}`;
  return { source: "AWS Security Hub", id, url };
}

/** A page of the AWS Well-Architected Framework, e.g. `reliability-pillar/plan-for-disaster-recovery-dr`. */
export function wellArchitectedAws(id: string, page: string): Control {
  return {
    source: "AWS Well-Architected",
    id,
    url: `https://docs.aws.amazon.com/wellarchitected/latest/${page}.html`,
  };
}

/** A recommendation of the Azure Well-Architected Framework, e.g. `RE:09` on `reliability/disaster-recovery`. */
export function wellArchitectedAzure(id: string, page: string): Control {
  return {
    source: "Azure Well-Architected",
    id,
    url: `https://learn.microsoft.com/azure/well-architected/${page}`,
  };
}

const MCSB_PAGES: Readonly<Record<string, string>> = {
  AM: "asset-management",
  BR: "backup-recovery",
  DP: "data-protection",
  DS: "devops-security",
  IM: "identity-management",
  LT: "logging-threat-detection",
  NS: "network-security",
  PA: "privileged-access",
  PV: "posture-vulnerability-management",
};

/** Microsoft cloud security benchmark, e.g. `DP-3`. */
export function microsoftBenchmark(id: string): Control {
  const page = MCSB_PAGES[id.slice(0, 2)] ?? "overview";
  return {
    source: "Microsoft cloud security benchmark",
    id,
    url: `https://learn.microsoft.com/security/benchmark/azure/mcsb-${page}`,
  };
}

/** Kubernetes Pod Security Standards, e.g. `Restricted: Running as Non-root`. */
export function podSecurity(id: string): Control {
  return {
    source: "Pod Security Standards",
    id,
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  };
}

/** A page of Kubernetes' documentation. */
export function kubernetesDocs(id: string, page: string): Control {
  return { source: "Kubernetes documentation", id, url: `https://kubernetes.io/docs/${page}` };
}
