import { getStack, RunError, runtime } from "@pulumi/pulumi";
import { ConfigError, parseConfig, parseStackName, type StackConfig } from "./config.ts";
import { admitSwitches } from "./deployed-switches.ts";
import { encryptedKeys } from "./encrypted-keys.ts";
import { externalPrimary } from "./external-primary.ts";
import { primary } from "./primary.ts";
import { protectServing } from "./protect-serving.ts";
import { standby } from "./standby.ts";

/** The engine calls this; what it returns are the stack's outputs (stacks/outputs.ts). */
export default function program(): Promise<Record<string, unknown>> {
  return declare(readConfig());
}

async function declare(config: StackConfig): Promise<Record<string, unknown>> {
  const switches = await admitSwitches(config);
  protectServing(config);
  return { ...(await site(config)), switches };
}

function site(config: StackConfig): Record<string, unknown> | Promise<Record<string, unknown>> {
  if (config.role === "standby") return standby(config);
  return config.provider === "external" ? externalPrimary(config) : primary(config);
}

/** Errors: RunError with every problem; the engine shows it without a stack trace, and nothing was planned. */
function readConfig(): StackConfig {
  try {
    return parseConfig(runtime.allConfig() ?? {}, parseStackName(getStack()), encryptedKeys());
  } catch (error) {
    throw error instanceof ConfigError ? new RunError(error.message) : error;
  }
}
