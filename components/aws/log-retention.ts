/** The retention times that CloudWatch Logs takes, in days. */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const DEFAULT_LOG_RETENTION_DAYS = 30;

/** `days`, or 30 where none is given. Errors: a time that CloudWatch Logs does not offer. */
export function logRetention(days: number = DEFAULT_LOG_RETENTION_DAYS): number {
  if (LOG_RETENTION_DAYS.includes(days)) return days;
  throw new Error(`logRetentionDays: ${days}; CloudWatch Logs takes one of ${LOG_RETENTION_DAYS.join(", ")}`);
}
