import { AzureCliScript } from "@pulumi/azure-native/resources/azureCliScript.js";
import type { Input, Resource } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** A script with the Azure CLI, for the few things that ARM has no resource for. */
export interface CliScript {
  /** Name of the deployment script. */
  readonly scriptName: string;
  /** Resource group that it runs in. */
  readonly resourceGroupName: Input<string>;
  /** Azure region. */
  readonly location: string;
  /** Who it is (script-identity.ts). */
  readonly identityId: Input<string>;
  /** Text of the script; must be right however often it runs. */
  readonly content: string;
  /** Its environment; nothing secret. */
  readonly environment: Readonly<Record<string, Input<string>>>;
  /** It runs again when this changes. */
  readonly runWhenChanged: Input<string>;
  /** Tags of the script. */
  readonly tags: Tags;
  /** Made before it runs. */
  readonly after: readonly Resource[];
}

/** Azure runs any version of its list; a pinned one keeps the script meaning the same. */
const CLI_VERSION = "2.77.0";

/**
 * Runs at `up`, when the script is new or `runWhenChanged` is. Azure forgets a finished script after a day; an update
 * without `--refresh` does not mind, one with it runs the script once more, which is why scripts are idempotent.
 */
export function cliScript(name: string, script: CliScript, parent: Resource): AzureCliScript {
  return new AzureCliScript(
    name,
    {
      scriptName: script.scriptName,
      resourceGroupName: script.resourceGroupName,
      location: script.location,
      kind: "AzureCLI",
      azCliVersion: CLI_VERSION,
      identity: { type: "UserAssigned", userAssignedIdentities: [script.identityId] },
      scriptContent: script.content,
      environmentVariables: Object.entries(script.environment).map(([key, value]) => ({ name: key, value })),
      forceUpdateTag: script.runWhenChanged,
      cleanupPreference: "Always",
      retentionInterval: "P1D",
      timeout: "PT15M",
      tags: { ...script.tags },
    },
    { parent, dependsOn: [...script.after] },
  );
}
