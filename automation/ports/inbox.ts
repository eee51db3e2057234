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
  /** Durable before it returns. False: this key was here before. However many wait, the newest are kept. */
  put(alert: Alert): Promise<boolean>;
  /** Alerts not yet decided on, oldest first. A bounded number; the rest comes with the next call. */
  pending(): Promise<readonly Alert[]>;
  /** Marks as decided; the key stays known for a bounded time. */
  done(key: string, decision: string): Promise<void>;
}
