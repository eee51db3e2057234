import { createHash } from "node:crypto";
import { z } from "zod";
import type { Alert } from "../ports/inbox.ts";

/** Names of alerts in a summary. */
const shownNames = 20;

const alertSchema = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: z.string(),
  fingerprint: z.string().min(1),
});

/** The webhook body of Alertmanager, version 4 (prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
export const alertmanagerSchema = z.object({
  version: z.literal("4"),
  groupKey: z.string().min(1),
  truncatedAlerts: z.number().int().nonnegative().default(0),
  status: z.enum(["firing", "resolved"]),
  alerts: z.array(alertSchema).min(1),
});

/** One inbox entry a group notification. The key names the alerts and when each began, so repeats of old news are known. */
export function alertFromAlertmanager(body: z.infer<typeof alertmanagerSchema>, receivedAt: Date): Alert {
  const identity = body.alerts
    .map((alert) => `${alert.fingerprint}@${alert.startsAt}=${alert.status}`)
    .sort()
    .join(",");
  const names = [...new Set(body.alerts.map((alert) => alert.labels.alertname ?? alert.fingerprint))];
  const shown = names.slice(0, shownNames).join(", ");
  const further = names.length > shownNames ? ` and ${names.length - shownNames} further alerts` : "";
  const truncated = body.truncatedAlerts > 0 ? ` (and ${body.truncatedAlerts} not shown by the sender)` : "";
  return {
    key: `alertmanager:${createHash("sha256").update(`${body.groupKey}|${identity}`).digest("hex")}`,
    source: "alertmanager",
    status: body.status,
    summary: `${shown}${further}${truncated}`,
    receivedAt: receivedAt.toISOString(),
  };
}
