/** An alert as received, after authentication and validation. */
export interface Alert {
  /** The same for every delivery of the same news; a second delivery changes nothing. */
  readonly key: string;
  readonly source: "alertmanager" | "azure-monitor" | "sns";
  readonly status: "firing" | "resolved";
  readonly summary: string;
  readonly receivedAt: string;
}

/** Alerts that wait for a decision. What was acknowledged to the sender is on disk. */
export interface Inbox {
  /** Durable before it returns. False: this key was here before. */
  put(alert: Alert): Promise<boolean>;
  /** Alerts not yet decided on, oldest first. */
  pending(): Promise<readonly Alert[]>;
  /** Marks as decided; the key stays known. */
  done(key: string, decision: string): Promise<void>;
}
