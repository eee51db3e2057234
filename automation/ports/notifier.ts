export interface Notice {
  readonly severity: "info" | "warning" | "critical";
  readonly title: string;
  readonly text: string;
  readonly at: string;
}

/** Notifies people. A failed notification never fails an operation. */
export interface Notifier {
  notify(notice: Notice): Promise<void>;
}
