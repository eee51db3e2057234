import { z } from "zod";
import { azurePolicy, cisAzure, microsoftBenchmark, nist } from "../shared/controls.ts";
import { is, isBelow, objects, wrong } from "../shared/read.ts";
import { about, ofType } from "../shared/resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "../shared/rule.ts";

/** What has something to say that one wants to read afterwards. */
const LOGGED = [
  "azure-native:keyvault:Vault",
  "azure-native:dbforpostgresql:Server",
  "azure-native:containerservice:ManagedCluster",
];

const logs = stackRule({
  name: "azure-logs",
  title: "Vault, database and cluster send their logs somewhere.",
  severity: "medium",
  level: "mandatory",
  controls: [
    azurePolicy("Resource logs in Key Vault should be enabled", "Key Vault/AuditDiagnosticLog_Audit"),
    azurePolicy("Resource logs in Azure Kubernetes Service should be enabled", "Kubernetes/AuditDiagnosticLog_Audit"),
    cisAzure("5.1.5"),
    microsoftBenchmark("LT-3"),
    nist("AU-2"),
  ],
  remedy: "Add a DiagnosticSetting with logs (pilotlight:logs.enabled).",
  check: (stack) =>
    LOGGED.flatMap((type) => ofType(stack, type))
      .filter(
        (source) =>
          !about(stack, "azure-native:monitor:DiagnosticSetting", source).some(({ props }) =>
            objects(props.logs).some(({ enabled }) => is(enabled, true)),
          ),
      )
      .map(({ urn }) => ({ urn, message: "it has no DiagnosticSetting with logs" })),
});

const retention = resourceRule(
  {
    name: "azure-log-retention",
    title: "Logs are kept long enough.",
    severity: "low",
    level: "mandatory",
    controls: [microsoftBenchmark("LT-6"), nist("AU-11")],
    remedy: "Raise retentionInDays (pilotlight:logs.retentionDays).",
    types: ["azure-native:operationalinsights:Workspace"],
    check: ({ props: { retentionInDays: value } }, { days }) =>
      isBelow(value, days) ? [wrong("retentionInDays", value, `${days} or more`)] : [],
  },
  z.object({ days: z.int().min(7).max(730).default(30).describe("Least retention, in days.") }),
);

export const watchRules: readonly (ResourceRule | StackRule)[] = [logs, retention];
