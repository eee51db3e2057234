import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  interpolate,
  type Resource,
} from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { cliScript } from "./cli-script.ts";
import { ScriptIdentity } from "./script-identity.ts";

/** Options of `ContainerRunState`. */
export interface ContainerRunStateArgs {
  /** Name of the container group. */
  readonly groupName: Input<string>;
  /** The group itself, and whatever else is to be there first. */
  readonly after: readonly Resource[];
  /** True: started. False: stopped, and not paid for. */
  readonly running: boolean;
  /** Changes with the group's spec: an update starts a stopped group, which then has to be stopped once more. */
  readonly spec: Input<string>;
  /** What the names of the script and its identity begin with; at most 80 characters. */
  readonly namePrefix: string;
  /** Resource group of the container group. */
  readonly resourceGroupName: Input<string>;
  /** Its id. */
  readonly resourceGroupId: Input<string>;
  /** Its subscription. */
  readonly subscriptionId: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** Tags of every resource. */
  readonly tags: Tags;
}

const SCRIPT = `set -euo pipefail
state=$(az container show --resource-group "$RESOURCE_GROUP" --name "$GROUP" --query instanceView.state --output tsv)
if [ "$DESIRED" = running ] && [ "$state" != Running ]; then
  az container start --resource-group "$RESOURCE_GROUP" --name "$GROUP"
elif [ "$DESIRED" = stopped ] && [ "$state" != Stopped ]; then
  az container stop --resource-group "$RESOURCE_GROUP" --name "$GROUP"
fi
`;

/** Starts or stops a container group, which in ARM is something to do and nothing to declare. */
export class ContainerRunState extends ComponentResource {
  constructor(name: string, args: ContainerRunStateArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ContainerRunState", name, {}, options);
    const { resourceGroupName, location, tags } = args;
    const identity = new ScriptIdentity(
      `${name}-switch`,
      {
        name: `${args.namePrefix}-run-state`,
        resourceGroupName,
        resourceGroupId: args.resourceGroupId,
        subscriptionId: args.subscriptionId,
        location,
        actions: [
          "Microsoft.ContainerInstance/containerGroups/read",
          "Microsoft.ContainerInstance/containerGroups/start/action",
          "Microsoft.ContainerInstance/containerGroups/stop/action",
        ],
        description: "Starts and stops the standby's container group.",
        tags,
      },
      { parent: this },
    );
    const desired = args.running ? "running" : "stopped";
    cliScript(
      `${name}-script`,
      {
        scriptName: `${args.namePrefix}-run-state`,
        resourceGroupName,
        location,
        identityId: identity.id,
        content: SCRIPT,
        environment: { RESOURCE_GROUP: resourceGroupName, GROUP: args.groupName, DESIRED: desired },
        runWhenChanged: interpolate`${desired}-${args.spec}`,
        tags,
        after: args.after,
      },
      this,
    );
    this.registerOutputs({});
  }
}
