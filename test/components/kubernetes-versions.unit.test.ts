import { describe, expect, it } from "vitest";
import {
  isCreatable,
  KUBERNETES_VERSIONS,
  lookUpVersion,
  newestVersion,
} from "../../components/kubernetes-versions.ts";
import { aksSchema, eksSchema } from "../../stacks/config-fields.ts";

describe("the table of Kubernetes versions", () => {
  it("knows when a cluster can no longer be made", () => {
    expect(isCreatable("aks", "1.34", "2026-11-30")).toBe(true);
    expect(isCreatable("aks", "1.34.2", "2026-12-01")).toBe(false);
    expect(isCreatable("eks", "1.34", "2026-12-03")).toBe(true);
    expect(["1.28", "1.29", "1.30", "1.31"].map((version) => isCreatable("eks", version, "2026-12-01"))).toEqual(
      Array(4).fill(false),
    );
    expect(isCreatable("aks", newestVersion("aks"), "2099-01-01")).toBe(true);
    expect([lookUpVersion("aks", "1.20"), lookUpVersion("aks", "1.99")]).toEqual(["ended", "unknown"]);
  });

  it("has each version once, with its source, and an end of support that is no later than the end of creation", () => {
    const keys = KUBERNETES_VERSIONS.map(({ cloud, version }) => `${cloud} ${version}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { supportEnds, creatableUntil, asOf, source } of KUBERNETES_VERSIONS) {
      expect(supportEnds <= creatableUntil).toBe(true);
      expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(source).toMatch(/^https:/);
    }
  });

  it("gives the default, and what `newest` means", () => {
    expect(aksSchema.parse({}).version).toBe(newestVersion("aks"));
    expect(eksSchema.parse({}).version).toBe(newestVersion("eks"));
    expect(aksSchema.parse({ version: "newest" }).version).toBe(newestVersion("aks"));
    expect(eksSchema.parse({ version: "newest" }).version).toBe(newestVersion("eks"));
    expect(aksSchema.parse({ version: 1.34 }).version).toBe("1.34");
  });
});
