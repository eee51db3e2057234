import { describe, expect, it } from "vitest";
import { isAvailable, kubeObjectSchema } from "../../../../automation/adapters/kubernetes/kube-objects.ts";

describe("a deployment that serves", () => {
  const deployment = (replicas: number | undefined, serving: number, observed = 3) =>
    kubeObjectSchema.parse({
      metadata: { name: "a", generation: 3 },
      ...(replicas === undefined ? {} : { spec: { replicas } }),
      status: { observedGeneration: observed, updatedReplicas: serving, availableReplicas: serving },
    });

  it("has the replicas that were asked for, or more where an autoscaler says so", () => {
    expect(isAvailable(deployment(2, 2), 2)).toBe(true);
    expect(isAvailable(deployment(5, 5), 2)).toBe(true);
    // The autoscaler has just asked for more: what was asked for is there.
    expect(isAvailable(deployment(5, 2), 2)).toBe(true);
  });

  it("has not while it wants fewer, serves fewer, or has not seen the order", () => {
    expect(isAvailable(deployment(1, 1), 2)).toBe(false);
    expect(isAvailable(deployment(undefined, 2), 2)).toBe(false);
    // Pods of before that have not gone yet.
    expect(isAvailable(deployment(0, 2), 2)).toBe(false);
    expect(isAvailable(deployment(2, 1), 2)).toBe(false);
    expect(isAvailable(deployment(2, 2, 2), 2)).toBe(false);
    expect(isAvailable(kubeObjectSchema.parse({ metadata: { name: "a" }, spec: { replicas: 2 } }), 2)).toBe(false);
  });
});
