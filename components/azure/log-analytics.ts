import { getSharedKeysOutput } from "@pulumi/azure-native/operationalinsights/getSharedKeys.js";
import { Workspace } from "@pulumi/azure-native/operationalinsights/workspace.js";
import { all, ComponentResource, type ComponentResourceOptions, type Input, type Output, secret } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** Options of `LogAnalytics`. */
export interface LogAnalyticsArgs {
  /** Name of the workspace, 4-63 letters, digits, hyphens. */
  readonly workspaceName: string;
  /** Resource group of the workspace. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** Days that logs are kept, 30 to 730. Default 30. */
  readonly retentionDays?: number;
  /** GB a day after which nothing more is taken in until the next. Default: no limit. */
  readonly dailyQuotaGb?: number;
  /** Tags of the workspace. */
  readonly tags: Tags;
}

/** Where the standby's logs and metrics go. */
export class LogAnalytics extends ComponentResource {
  /** Resource id. */
  readonly workspaceId: Output<string>;
  /** What senders outside ARM call the workspace: a GUID. */
  readonly customerId: Output<string>;

  readonly #workspace: Workspace;
  readonly #resourceGroupName: Input<string>;

  constructor(name: string, args: LogAnalyticsArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:LogAnalytics", name, {}, options);
    const { retentionDays = 30, dailyQuotaGb } = args;
    if (retentionDays < 30 || retentionDays > 730) {
      throw new Error(`retentionDays: ${retentionDays}; a workspace keeps logs for 30 to 730 days`);
    }
    this.#resourceGroupName = args.resourceGroupName;
    this.#workspace = new Workspace(
      `${name}-workspace`,
      {
        workspaceName: args.workspaceName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        sku: { name: "PerGB2018" },
        retentionInDays: retentionDays,
        ...(dailyQuotaGb === undefined ? {} : { workspaceCapping: { dailyQuotaGb } }),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    this.workspaceId = this.#workspace.id;
    this.customerId = this.#workspace.customerId;
    this.registerOutputs({ workspaceId: this.workspaceId, customerId: this.customerId });
  }

  /** Secret: the key of senders that have no identity of their own (a container group). Asked for only when called. */
  sharedKey(): Output<string> {
    const { id, name } = this.#workspace;
    const workspaceName = all([id, name]).apply(([, known]) => known);
    const keys = getSharedKeysOutput({ workspaceName, resourceGroupName: this.#resourceGroupName }, { parent: this });
    return secret(
      keys.apply(({ primarySharedKey: key }) => {
        if (!key)
          throw new Error("the Log Analytics workspace has no shared key; local authentication must be enabled");
        return key;
      }),
    );
  }
}
