export interface Notice {
  readonly severity: "info" | "warning" | "critical";
  readonly title: string;
  readonly text: string;
  readonly at: string;
}

/** Tells people. Failing to tell never fails an operation. */
export interface Notifier {
  notify(notice: Notice): Promise<void>;
}
