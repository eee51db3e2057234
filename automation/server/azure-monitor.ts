import { z } from "zod";
import type { Alert } from "../ports/inbox.ts";

/** The body of an action group's webhook with the common schema (learn.microsoft.com: common alert schema). */
export const azureMonitorSchema = z.object({
  schemaId: z.literal("azureMonitorCommonAlertSchema"),
  data: z.object({
    essentials: z.object({
      alertId: z.string().min(1),
      alertRule: z.string().min(1),
      monitorCondition: z.enum(["Fired", "Resolved"]),
      severity: z.string().optional(),
      firedDateTime: z.string().min(1),
    }),
  }),
});

/** One inbox entry for each time that an alert fires or is over; Azure repeats a delivery up to five times. */
export function alertFromAzureMonitor(body: z.infer<typeof azureMonitorSchema>, receivedAt: Date): Alert {
  const { alertId, alertRule, monitorCondition, severity } = body.data.essentials;
  return {
    key: `azure-monitor:${alertId}:${monitorCondition}`,
    source: "azure-monitor",
    status: monitorCondition === "Fired" ? "firing" : "resolved",
    summary: severity === undefined ? alertRule : `${alertRule} (${severity})`,
    receivedAt: receivedAt.toISOString(),
  };
}
