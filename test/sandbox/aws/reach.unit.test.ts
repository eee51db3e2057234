import { expect, it, vi } from "vitest";
import { createReach } from "../../../sandbox/providers/aws/reach.ts";

it("says that the API does not answer, then asks nothing for a while", async () => {
  let now = 0;
  const reach = createReach(() => now);
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  const call = vi.fn(() => Promise.reject(refused));
  for (const _ of [1, 2]) await expect(reach(call)).rejects.toThrow(/^the AWS API.* does not answer$/);
  expect(call).toHaveBeenCalledTimes(1);
  now += 20_000;
  expect(await reach(async () => "there again")).toBe("there again");
});

it("passes an error answer of the API on as it is", async () => {
  const reach = createReach();
  await expect(reach(() => Promise.reject(new Error("Throttling")))).rejects.toThrow("Throttling");
  expect(await reach(async () => 1)).toBe(1);
});
