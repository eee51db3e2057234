import { z } from "zod";
import { azurePolicy, cisAzure, microsoftBenchmark, nist, wellArchitectedAzure } from "../shared/controls.ts";
import { missingCompanion } from "../shared/missing-companion.ts";
import { at, is, isBelow, isKnown, isNot, objects, wrong } from "../shared/read.ts";
import { UNKNOWN } from "../shared/resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "../shared/rule.ts";

const ACCOUNT = "azure-native:storage:StorageAccount";
const BLOBS = "azure-native:storage:BlobServiceProperties";
const TLS_VERSIONS = ["TLS1_2", "TLS1_3"];

const https = resourceRule({
  name: "azure-storage-https",
  title: "A storage account speaks HTTPS only.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy("Secure transfer to storage accounts should be enabled", "Storage/Storage_AuditForHTTPSEnabled_Audit"),
    cisAzure("3.1"),
    microsoftBenchmark("DP-3"),
    nist("SC-8"),
  ],
  remedy: "Set enableHttpsTrafficOnly. The pack sets it where enforcement is remediate.",
  types: [ACCOUNT],
  check: ({ props: { enableHttpsTrafficOnly: value } }) =>
    isNot(value, true) ? [wrong("enableHttpsTrafficOnly", value, "true")] : [],
  remediate: (props) =>
    isNot(props.enableHttpsTrafficOnly, true) ? { ...props, enableHttpsTrafficOnly: true } : undefined,
});

const tls = resourceRule({
  name: "azure-storage-tls",
  title: "A storage account speaks TLS 1.2 or later.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Storage accounts should have the specified minimum TLS version",
      "Storage/StorageAccountMinimumTLSVersion_Audit",
    ),
    cisAzure("3.15"),
    microsoftBenchmark("DP-3"),
    nist("SC-8"),
  ],
  remedy: "Set minimumTlsVersion to TLS1_2. The pack sets it where enforcement is remediate.",
  types: [ACCOUNT],
  check: ({ props }) =>
    isOldTls(props.minimumTlsVersion) ? [wrong("minimumTlsVersion", props.minimumTlsVersion, "TLS1_2")] : [],
  remediate: (props) => (isOldTls(props.minimumTlsVersion) ? { ...props, minimumTlsVersion: "TLS1_2" } : undefined),
});

function isOldTls(version: unknown): boolean {
  return version !== UNKNOWN && !TLS_VERSIONS.some((right) => is(version, right));
}

const notPublic = resourceRule({
  name: "azure-storage-not-public",
  title: "No blob can be read by everybody.",
  severity: "critical",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Storage account public access should be disallowed",
      "Storage/ASC_Storage_DisallowPublicBlobAccess_Audit",
    ),
    cisAzure("3.7"),
    microsoftBenchmark("NS-2"),
    nist("AC-3"),
  ],
  remedy:
    "Set allowBlobPublicAccess to false, and publicAccess of containers to None. The pack sets them where enforcement is remediate.",
  types: [ACCOUNT, "azure-native:storage:BlobContainer"],
  check: ({ type, props }) => {
    const [key, right] = publicSetting(type);
    // A container is closed unless told otherwise; an account that says nothing may be opened by its containers.
    const value = props[key] ?? (type === ACCOUNT ? undefined : "None");
    return isNot(value, right) ? [wrong(key, value, String(right))] : [];
  },
  remediate: (props) => {
    const [key, right] = publicSetting("containerName" in props ? "" : ACCOUNT);
    return isNot(props[key], right) ? { ...props, [key]: right } : undefined;
  },
});

function publicSetting(type: string): readonly [key: string, right: unknown] {
  return type === ACCOUNT ? ["allowBlobPublicAccess", false] : ["publicAccess", "None"];
}

const firewall = resourceRule({
  name: "azure-storage-firewall",
  title: "A storage account lets named networks in only.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy("Storage accounts should restrict network access", "Storage/Storage_NetworkAcls_Audit"),
    cisAzure("3.8"),
    microsoftBenchmark("NS-2"),
    nist("SC-7"),
  ],
  remedy: "Set networkRuleSet.defaultAction to Deny and name the networks.",
  types: [ACCOUNT],
  check: ({ props }) => {
    const value = at(props, "networkRuleSet.defaultAction");
    if (is(props.publicNetworkAccess, "Disabled") || !isNot(value, "Deny")) return [];
    return [wrong("networkRuleSet.defaultAction", value, "Deny")];
  },
});

const without = missingCompanion(ACCOUNT);

const versioned = stackRule({
  name: "azure-storage-versioned",
  title: "A storage account keeps versions of its blobs.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Configure your Storage account to enable blob versioning",
      "Storage/StorageAccountEnableBlobVersion_Audit",
    ),
    microsoftBenchmark("BR-1"),
    nist("CP-9"),
  ],
  remedy: "Set isVersioningEnabled in its BlobServiceProperties.",
  check: (stack) =>
    without(
      stack,
      BLOBS,
      ({ props }) => !isNot(props.isVersioningEnabled, true),
      "it has no BlobServiceProperties with isVersioningEnabled",
    ),
});

const recoverable = stackRule(
  {
    name: "azure-storage-recoverable",
    title: "Deleted blobs and containers can be had back.",
    severity: "high",
    level: "mandatory",
    controls: [microsoftBenchmark("BR-2"), cisAzure("3.11"), nist("CP-9")],
    remedy: "Set deleteRetentionPolicy and containerDeleteRetentionPolicy in its BlobServiceProperties.",
    check: (stack, { days }) =>
      without(
        stack,
        BLOBS,
        ({ props }) =>
          ["deleteRetentionPolicy", "containerDeleteRetentionPolicy"].every(
            (policy) => !isNot(at(props, `${policy}.enabled`), true) && !isBelow(at(props, `${policy}.days`), days),
          ),
        `it has no BlobServiceProperties that keep what is deleted for ${days} days`,
      ),
  },
  z.object({ days: z.int().min(1).max(365).default(7).describe("Least time, in days.") }),
);

const lifecycle = stackRule({
  name: "azure-storage-lifecycle",
  title: "A storage account moves what is old to cheaper tiers, and deletes old versions in the end.",
  severity: "low",
  level: "mandatory",
  controls: [wellArchitectedAzure("CO:10", "cost-optimization/optimize-data-costs"), nist("SI-12")],
  remedy: "Add a ManagementPolicy with an enabled rule (pilotlight:objects).",
  check: (stack) =>
    without(
      stack,
      "azure-native:storage:ManagementPolicy",
      ({ props }) =>
        !isKnown(at(props, "policy.rules")) ||
        objects(at(props, "policy.rules")).some(({ enabled }) => is(enabled, true)),
      "it has no ManagementPolicy with an enabled rule",
    ),
});

export const objectStoreRules: readonly (ResourceRule | StackRule)[] = [
  https,
  tls,
  notPublic,
  firewall,
  versioned,
  recoverable,
  lifecycle,
];
