const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** Whether two Kubernetes quantities are the same amount: 1000m and 1, 1024Mi and 1Gi. */
export function sameQuantity(one: unknown, other: unknown): boolean {
  const a = amount(one);
  const b = amount(other);
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function amount(value: unknown): number | undefined {
  const [, digits, unit = ""] = /^([+-]?[\d.]+(?:e[+-]?\d+)?)([numkMGTP]?i?)$/i.exec(String(value)) ?? [];
  const factor = factors[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
