import type { Cloud, World } from "../contracts/contracts.ts";

/** What a cloud gives every container without being asked, as EKS Pod Identity injects credentials. */
export function injectedEnvironment(world: Pick<World, "instance">, cloud: Cloud): Readonly<Record<string, string>> {
  if (cloud !== "aws") return {};
  return {
    AWS_ENDPOINT_URL: `http://127.${10 + world.instance}.0.2:4566`,
    AWS_ACCESS_KEY_ID: "sandbox-pod",
    AWS_SECRET_ACCESS_KEY: "sandbox-pod",
    AWS_REGION: "us-east-1",
  };
}
