import type { Properties } from "../plugin-host.ts";
import { ArmClient } from "./arm-client.ts";

/** From provider configuration and the environment that the sandbox writes. Throws naming the variable that is missing. */
export function connect(config: Properties, env: Readonly<Record<string, string | undefined>>): ArmClient {
  const setting = (variable: string, example: string): string => {
    const value = env[variable];
    if (value !== undefined && value !== "") return value;
    throw new Error(`${variable} is not set; expected ${example}. It is in the environment file of the sandbox.`);
  };
  const { subscriptionId, location } = config;
  return new ArmClient({
    endpoint: setting("PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT", "the address of Azure Resource Manager"),
    identityEndpoint: setting("IDENTITY_ENDPOINT", "the address of the identity endpoint"),
    identityHeader: setting("IDENTITY_HEADER", "the identity endpoint's header value"),
    subscriptionId:
      typeof subscriptionId === "string" && subscriptionId !== ""
        ? subscriptionId
        : setting("ARM_SUBSCRIPTION_ID", "a subscription id"),
    location: typeof location === "string" && location !== "" ? location : undefined,
  });
}
