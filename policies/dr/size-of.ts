/** What a machine has, as far as its name tells. */
export interface Size {
  readonly vcpus: number;
  readonly memoryGib: number;
}

export const NOTHING: Size = { vcpus: 0, memoryGib: 0 };

/** vCPUs of AWS's size names, but of burstable families the small ones have two. */
const AWS_VCPUS: Readonly<Record<string, number>> = { nano: 2, micro: 2, small: 2, medium: 2, large: 2, xlarge: 4 };
/** GiB of burstable sizes. */
const AWS_BURSTABLE_GIB: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
};
/** GiB a vCPU, by family. */
const AWS_GIB: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, t: 4 };

/** An EC2 type or an RDS class: `m5.xlarge`, `db.t4g.medium`. Undefined: not known. */
export function awsSize(type: string): Size | undefined {
  const match = /^(?:db\.)?([a-z])\d[a-z]*\.(?:(nano|micro|small|medium|large|xlarge)|(\d+)xlarge)$/.exec(type);
  if (match === null) return undefined;
  const [, family = "", word, factor] = match;
  const vcpus = word === undefined ? Number(factor) * 4 : AWS_VCPUS[word];
  const ratio = AWS_GIB[family];
  if (vcpus === undefined || ratio === undefined) return undefined;
  const burstable = family === "t" && word !== undefined ? AWS_BURSTABLE_GIB[word] : undefined;
  return { vcpus, memoryGib: burstable ?? vcpus * ratio };
}

/** Sizes of the B family, whose names do not tell (VMs and flexible servers alike). */
const AZURE_BURSTABLE: Readonly<Record<string, Size>> = {
  B1ms: { vcpus: 1, memoryGib: 2 },
  B2s: { vcpus: 2, memoryGib: 4 },
  B2ms: { vcpus: 2, memoryGib: 8 },
  B4ms: { vcpus: 4, memoryGib: 16 },
  B8ms: { vcpus: 8, memoryGib: 32 },
  B12ms: { vcpus: 12, memoryGib: 48 },
  B16ms: { vcpus: 16, memoryGib: 64 },
  B20ms: { vcpus: 20, memoryGib: 80 },
};
const AZURE_GIB: Readonly<Record<string, number>> = { B: 4, D: 4, E: 8, F: 2 };

/** A VM size or a flexible server's SKU: `Standard_D2s_v3`. Undefined: not known (Azure SQL's DTUs do not compare). */
export function azureSize(name: string): Size | undefined {
  const short = name.replace(/^Standard_/, "");
  const burstable = AZURE_BURSTABLE[short];
  if (burstable !== undefined) return burstable;
  const match = /^([BDEF])(\d+)[a-z]*_v\d$/.exec(short);
  const ratio = AZURE_GIB[match?.[1] ?? ""];
  if (match === null || ratio === undefined) return undefined;
  const vcpus = Number(match[2]);
  return { vcpus, memoryGib: vcpus * ratio };
}

export function times(size: Size, count: number): Size {
  return { vcpus: size.vcpus * count, memoryGib: size.memoryGib * count };
}

export function plus(one: Size, other: Size): Size {
  return { vcpus: one.vcpus + other.vcpus, memoryGib: one.memoryGib + other.memoryGib };
}
