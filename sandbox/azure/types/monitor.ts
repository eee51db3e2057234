import { z } from "zod";
import type { ResourceType } from "../arm/resource-type.ts";
import { requireReference } from "./references.ts";

const insights = "Microsoft.Insights";
const resourceName = {
  pattern: /^[^*#&+:<>?@%{}\\/|]{1,259}[^*#&+:<>?@%{}\\/|. ]$/,
  text: "2-260 characters without *#&+:<>?@%{}\\/|",
};
const duration = (allowed: readonly string[]) =>
  z.string().refine((text) => allowed.includes(text), `must be one of ${allowed.join(", ")}`);
const frequencies = ["PT1M", "PT5M", "PT15M", "PT30M", "PT1H"];

const receivers = z.array(z.looseObject({ name: z.string().min(1) })).default([]);
const actionGroupProperties = z.looseObject({
  groupShortName: z.string().min(1).max(12, "must be at most 12 characters"),
  enabled: z.boolean().default(true),
  emailReceivers: receivers,
  smsReceivers: receivers,
  webhookReceivers: receivers,
  itsmReceivers: receivers,
  azureAppPushReceivers: receivers,
  automationRunbookReceivers: receivers,
  voiceReceivers: receivers,
  logicAppReceivers: receivers,
  azureFunctionReceivers: receivers,
  armRoleReceivers: receivers,
  eventHubReceivers: receivers,
  incidentReceivers: receivers,
});

const metricAlertProperties = z.looseObject({
  severity: z.number().int().min(0).max(4),
  enabled: z.boolean(),
  scopes: z.array(z.string()).min(1),
  evaluationFrequency: duration(frequencies),
  windowSize: duration([...frequencies, "PT6H", "PT12H", "P1D"]),
  criteria: z.looseObject({ "odata.type": z.string() }),
  autoMitigate: z.boolean().default(true),
  actions: z.array(z.looseObject({ actionGroupId: z.string() })).default([]),
});

const queryRuleProperties = z.looseObject({
  enabled: z.boolean().default(true),
  severity: z.number().int().min(0).max(4).optional(),
  scopes: z.array(z.string()).min(1),
  evaluationFrequency: z.string().optional(),
  windowSize: z.string().optional(),
  autoMitigate: z.boolean().default(true),
  criteria: z.looseObject({ allOf: z.array(z.looseObject({})).min(1) }),
  actions: z.looseObject({ actionGroups: z.array(z.string()).default([]) }).default({ actionGroups: [] }),
});

const diagnosticProperties = z
  .looseObject({
    workspaceId: z.string().optional(),
    storageAccountId: z.string().optional(),
    eventHubAuthorizationRuleId: z.string().optional(),
    marketplacePartnerId: z.string().optional(),
    logs: z.array(z.looseObject({ enabled: z.boolean() })).default([]),
    metrics: z.array(z.looseObject({ enabled: z.boolean() })).default([]),
  })
  .refine(
    (setting) =>
      [
        setting.workspaceId,
        setting.storageAccountId,
        setting.eventHubAuthorizationRuleId,
        setting.marketplacePartnerId,
      ].some((sink) => sink !== undefined),
    { path: ["workspaceId"], message: "a diagnostic setting needs at least one destination" },
  );

/** Alerts and where they go, as state: the sandbox has no metrics of Azure and fires none. */
export const monitorTypes: readonly ResourceType[] = [
  {
    type: `${insights}/actionGroups`,
    name: resourceName,
    location: "anywhere",
    properties: actionGroupProperties,
    stateless: true,
  },
  {
    type: `${insights}/metricAlerts`,
    name: resourceName,
    location: "global",
    properties: metricAlertProperties,
    stateless: true,
    check({ id, properties }, around) {
      const { scopes, actions } = metricAlertProperties.parse(properties);
      for (const reference of [...scopes, ...actions.map(({ actionGroupId }) => actionGroupId)]) {
        requireReference(reference, id.id, around);
      }
    },
    async apply({ properties }) {
      return { properties: { ...properties, isMigrated: false } };
    },
  },
  {
    type: `${insights}/scheduledQueryRules`,
    name: resourceName,
    location: "required",
    properties: queryRuleProperties,
    stateless: true,
    check({ id, properties }, around) {
      const { scopes, actions } = queryRuleProperties.parse(properties);
      for (const reference of [...scopes, ...actions.actionGroups]) requireReference(reference, id.id, around);
    },
    async apply({ properties, top }) {
      return {
        top: { kind: "LogAlert", ...top },
        properties: {
          ...properties,
          createdWithApiVersion: "2025-01-01-preview",
          isLegacyLogAnalyticsRule: false,
          isWorkspaceAlertsStorageConfigured: false,
        },
      };
    },
  },
  {
    type: `${insights}/diagnosticSettings`,
    name: resourceName,
    location: "none",
    properties: diagnosticProperties,
    stateless: true,
    extension: true,
    check({ id, properties }, around) {
      const { workspaceId, storageAccountId } = diagnosticProperties.parse(properties);
      for (const sink of [workspaceId, storageAccountId]) if (sink !== undefined) requireReference(sink, id.id, around);
    },
  },
];
