import { z } from "zod";
import { azurePolicy, cisAzure, microsoftBenchmark, nist } from "../shared/controls.ts";
import { at, isBelow, isNot, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const types = ["azure-native:keyvault:Vault"];

const purge = resourceRule({
  name: "azure-vault-purge-protected",
  title: "Nobody can purge a vault, or what was deleted from it, before its time.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy("Key vaults should have deletion protection enabled", "Key Vault/Recoverable_Audit"),
    cisAzure("8.5"),
    microsoftBenchmark("DP-8"),
    nist("CP-9"),
  ],
  remedy:
    "Set properties.enablePurgeProtection (pilotlight:protectData). It cannot be taken back, so the pack does not set it.",
  types,
  check: ({ props }) => {
    const value = at(props, "properties.enablePurgeProtection");
    return isNot(value, true) ? [wrong("properties.enablePurgeProtection", value, "true")] : [];
  },
});

const rbac = resourceRule({
  name: "azure-vault-rbac",
  title: "Rights in a vault are roles, not access policies.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy("Azure Key Vault should use RBAC permission model", "Key Vault/Should_Use_RBAC"),
    cisAzure("8.6"),
    microsoftBenchmark("PA-7"),
    nist("AC-6"),
  ],
  remedy: "Set properties.enableRbacAuthorization, and assign roles.",
  types,
  check: ({ props }) => {
    const value = at(props, "properties.enableRbacAuthorization");
    return isNot(value, true) ? [wrong("properties.enableRbacAuthorization", value, "true")] : [];
  },
});

const recoverable = resourceRule(
  {
    name: "azure-vault-recoverable",
    title: "A deleted vault or secret can be had back.",
    severity: "medium",
    level: "mandatory",
    controls: [
      azurePolicy("Key vaults should have soft delete enabled", "Key Vault/SoftDeleteMustBeEnabled_Audit"),
      cisAzure("8.5"),
      microsoftBenchmark("DP-8"),
      nist("CP-9"),
    ],
    remedy: "Set properties.enableSoftDelete and softDeleteRetentionInDays.",
    types,
    check: ({ props }, { days }) => {
      const [soft, kept] = [
        at(props, "properties.enableSoftDelete"),
        at(props, "properties.softDeleteRetentionInDays"),
      ];
      return [
        ...(isNot(soft, true) ? [wrong("properties.enableSoftDelete", soft, "true")] : []),
        ...(isBelow(kept, days) ? [wrong("properties.softDeleteRetentionInDays", kept, `${days} or more`)] : []),
      ];
    },
  },
  z.object({ days: z.int().min(7).max(90).default(7).describe("Least time, in days.") }),
);

export const vaultRules: readonly ResourceRule[] = [purge, rbac, recoverable];
