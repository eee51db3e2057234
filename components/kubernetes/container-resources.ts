/** What one container may take. */
export interface ContainerResources {
  /** Set aside for it on its node, e.g. `{ cpu: "100m", memory: "128Mi" }`. */
  readonly requests: ResourceAmounts;
  /** Never more than this, e.g. `{ cpu: "500m", memory: "512Mi" }`. */
  readonly limits: ResourceAmounts;
}

export interface ResourceAmounts {
  /** Cores, or thousandths of one with `m`: `2`, `250m`. */
  readonly cpu: string;
  /** Bytes in `Ki`, `Mi`, `Gi`: `512Mi`. */
  readonly memory: string;
}

/** Of a service that says nothing else. */
export const DEFAULT_RESOURCES: ContainerResources = {
  requests: { cpu: "100m", memory: "128Mi" },
  limits: { cpu: "500m", memory: "512Mi" },
};

const MEBIBYTES: Readonly<Record<string, number>> = { Ki: 1 / 1024, Mi: 1, Gi: 1024 };

/** Thousandths of a core. Errors: not a CPU quantity. */
export function cpuMillis(text: string): number {
  const match = /^(\d+)(m?)$/.exec(text);
  if (!match) throw new Error(`cpu ${text}: right would be whole cores or thousandths, e.g. 2 or 250m`);
  return Number(match[1]) * (match[2] === "m" ? 1 : 1000);
}

/** Mebibytes. Errors: not a memory quantity of ours. */
export function memoryMebibytes(text: string): number {
  const match = /^(\d+)(Ki|Mi|Gi)$/.exec(text);
  const unit = MEBIBYTES[match?.[2] ?? ""];
  if (!match || unit === undefined) throw new Error(`memory ${text}: right would be Ki, Mi or Gi, e.g. 512Mi`);
  return Number(match[1]) * unit;
}

/** As the API server writes it back, so that a refresh sees no other text. */
export function formatCpu(millis: number): string {
  return millis % 1000 === 0 ? String(millis / 1000) : `${millis}m`;
}

/** As the API server writes it back. Part mebibytes are rounded up. */
export function formatMemory(mebibytes: number): string {
  const whole = Math.ceil(mebibytes);
  return whole % 1024 === 0 ? `${whole / 1024}Gi` : `${whole}Mi`;
}
