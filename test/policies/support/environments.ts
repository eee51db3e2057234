import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { DeclaredResource, DeclaredStack } from "../../../policies/shared/resource.ts";
import type { Registered } from "../../components/support/component.ts";
import { configOf, deploy } from "../../components/support/deploy.ts";
import { stackFileAtHome } from "../../support/stack-files-at-home.ts";

export const projectRoot = join(import.meta.dirname, "..", "..", "..");
export const ENVIRONMENTS = ["cloudphoenix", "devoteam", "myca", "sandbox"] as const;

/** What stands for an encrypted value where the engine would decrypt it. */
const DECRYPTED = "a-password-of-sixteen";

/** Everything that a stack of ours declares, by the Pulumi mocks. `config` on top of its file's, which is read as it is at home. */
export async function declare(stack: string, config: Readonly<Record<string, string>> = {}): Promise<DeclaredStack> {
  const file = stackFileAtHome(readFileSync(join(projectRoot, "stacks", `Pulumi.${stack}.yaml`), "utf8"));
  const values = Object.entries(configOf(file));
  const secrets = values.filter(([, value]) => value.startsWith('{"secure"')).map(([key]) => key);
  const plain = Object.fromEntries(values.map(([key, value]) => [key, secrets.includes(key) ? DECRYPTED : value]));
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(secrets);
  try {
    const { resources } = await deploy(stack, { ...plain, ...config });
    return { name: stack, resources: [root(stack), ...resources.map(declaredResource)] };
  } finally {
    delete process.env["PULUMI_CONFIG_SECRET_KEYS"];
  }
}

/** The stack itself, which the engine registers before the program runs. */
function root(stack: string): DeclaredResource {
  const type = "pulumi:pulumi:Stack";
  const name = `pilotlight-${stack}`;
  const urn = `urn:pulumi:${stack}::pilotlight::${type}::${name}`;
  return { urn, type, name, props: {}, protect: false, parent: "", dependencies: [] };
}

function declaredResource({ urn, type, name, inputs, protect, parent, dependencies }: Registered): DeclaredResource {
  return { urn, type, name, props: inputs, protect, parent, dependencies };
}
