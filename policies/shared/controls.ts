import type { Control } from "./rule.ts";

/*
 * Where rules come from. Every one can be read by anybody, but for CIS, whose benchmarks want a registration.
 *
 * Looked up on 2026-11-21, by number, by title, and against what the rule looks at; each function says where. Not confirmed is
 * only what is marked so. A rule may ask for less than its control (a narrow public API endpoint, where EKS.1 wants none), never
 * for something else. A new control is looked up the same way: what nobody can confirm is left out. The first control of a rule is
 * the one that reports link to: one that anybody can read, and that is about exactly this.
 */

/**
 * NIST SP 800-53 rev. 5, e.g. `SC-28`. Numbers and titles: NIST's own baselines of 5.1.1 in OSCAL (IA-9, which is in none of them:
 * Azure's initiative for rev. 5). Unconfirmed: the link; many cite this form, NIST's site itself was not seen.
 */
export function nist(id: string): Control {
  const url = `https://csrc.nist.gov/projects/risk-management/sp800-53-controls/release-search#!/control?version=5.1&number=${id}`;
  return { source: "NIST SP 800-53r5", id, url };
}

/**
 * Numbers change with each version of the benchmark: these are of 3.0.0. Unconfirmed at first hand: they are those of Prowler's
 * mapping of 3.0.0, the benchmark itself was not seen. So no rule rests on one alone.
 */
export function cisAws(id: string): Control {
  return { source: "CIS AWS Foundations 3.0.0", id, url: "https://www.cisecurity.org/benchmark/amazon_web_services" };
}

/**
 * Numbers of 2.0.0. Unconfirmed at first hand, as above: they are those of Prowler's mapping and, but for 3.11, of Azure's own
 * initiative "CIS Microsoft Azure Foundations Benchmark v2.0.0".
 */
export function cisAzure(id: string): Control {
  return { source: "CIS Azure Foundations 2.0.0", id, url: "https://www.cisecurity.org/benchmark/azure" };
}

/**
 * A control of Security Hub (CSPM), e.g. `RDS.3`. Numbers, titles and the links' form: copies of its user guide, Prowler's and
 * Steampipe's mappings.
 */
export function securityHub(id: string): Control {
  const [service = ""] = id.toLowerCase().split(".");
  const url = `https://docs.aws.amazon.com/securityhub/latest/userguide/${service}-controls.html#${id.toLowerCase().replace(".", "-")}`;
  return { source: "AWS Security Hub", id, url };
}

/**
 * A best practice of the AWS Well-Architected Framework, e.g. `REL13-BP04` on
 * `reliability-pillar/rel_planning_for_recovery_config_drift`. Numbers, titles and pages: copies of the framework's pages.
 */
export function wellArchitectedAws(id: string, page: string): Control {
  return {
    source: "AWS Well-Architected",
    id,
    url: `https://docs.aws.amazon.com/wellarchitected/latest/${page}.html`,
  };
}

/**
 * A recommendation of the Azure Well-Architected Framework, e.g. `RE:09` on `reliability/disaster-recovery`. Numbers and pages: the
 * checklists in MicrosoftDocs/well-architected, July 2026.
 */
export function wellArchitectedAzure(id: string, page: string): Control {
  return {
    source: "Azure Well-Architected",
    id,
    url: `https://learn.microsoft.com/azure/well-architected/${page}`,
  };
}

/**
 * A built-in policy of Azure by its name, with its file in Azure/azure-policy, where both were looked up (April 2026). None of them
 * was deprecated.
 */
export function azurePolicy(id: string, file: string): Control {
  const url = `https://github.com/Azure/azure-policy/blob/master/built-in-policies/policyDefinitions/${encodeURI(file)}.json`;
  return { source: "Azure Policy", id, url };
}

const MCSB_PAGES: Readonly<Record<string, string>> = {
  AM: "asset-management",
  BR: "backup-recovery",
  DP: "data-protection",
  IM: "identity-management",
  LT: "logging-threat-detection",
  NS: "network-security",
  PA: "privileged-access",
  PV: "posture-vulnerability-management",
};

/**
 * Microsoft cloud security benchmark, e.g. `DP-3`, as v1 numbers it (v2 is a preview, on other pages). Numbers and titles:
 * Microsoft's spreadsheet of v1; which built-in policy belongs to which: Azure's initiative of that name.
 */
export function microsoftBenchmark(id: string): Control {
  const page = MCSB_PAGES[id.slice(0, 2)] ?? "overview";
  return {
    source: "Microsoft cloud security benchmark v1",
    id,
    url: `https://learn.microsoft.com/security/benchmark/azure/mcsb-${page}`,
  };
}

/** Kubernetes Pod Security Standards, by profile and control, e.g. `Restricted: Running as Non-root`. */
export function podSecurity(id: string): Control {
  return {
    source: "Pod Security Standards",
    id,
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  };
}

/** A page of Kubernetes' documentation, looked up in the sources of kubernetes/website. */
export function kubernetesDocs(id: string, page: string): Control {
  return { source: "Kubernetes documentation", id, url: `https://kubernetes.io/docs/${page}` };
}
