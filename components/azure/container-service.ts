import { createHash } from "node:crypto";
import { ContainerGroup, type ContainerGroupArgs } from "@pulumi/azure-native/containerinstance/containerGroup.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  secret,
} from "@pulumi/pulumi";
import { SECRETS_DIRECTORY } from "../kubernetes/pod-template.ts";
import type { Tags } from "../tags.ts";
import { ContainerRunState } from "./container-run-state.ts";

/** One service of the application, as a container of the group. */
export interface ServiceContainer {
  /** 1-63 lower-case letters, digits, single hyphens; unique in the group. */
  readonly name: string;
  /** e.g. shopx7k2p9.azurecr.io/shop/api:1.4.2 */
  readonly image: Input<string>;
  /** Port that it listens on; unique in the group, whose containers share one network. Default 8001. */
  readonly port?: number;
  /** True: the group's address has the port as well. Default false. */
  readonly public?: boolean;
  /** Virtual processors. Default 2. */
  readonly cpu?: number;
  /** GiB. Default 4. */
  readonly memoryGib?: number;
  /** Its environment; nothing secret (secrets are files). */
  readonly environment: Readonly<Record<string, Input<string>>>;
}

/** Where containers' logs go. */
export interface ContainerLogs {
  /** Customer id of the workspace (a GUID). */
  readonly workspaceId: Input<string>;
  /** Secret: key of the workspace. */
  readonly workspaceKey: Input<string>;
}

/** Options of `ContainerService`. */
export interface ContainerServiceArgs {
  /** Name of the container group: 1-63 lower-case letters, digits, single hyphens. */
  readonly groupName: string;
  /** Resource group of the container group. */
  readonly resourceGroupName: Input<string>;
  /** Its id. */
  readonly resourceGroupId: Input<string>;
  /** Its subscription. */
  readonly subscriptionId: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** The application's services. Order is part of the spec. */
  readonly containers: readonly ServiceContainer[];
  /** True: the group runs. False: it is there, reviewed and stopped. */
  readonly running: boolean;
  /** Whether containers speak TLS, for the probes. Default HTTP. */
  readonly protocol?: "HTTP" | "HTTPS";
  /** Files in /var/run/secrets/pilotlight, by name: the same as pods have. Copies of what the key vault holds. */
  readonly secrets: Readonly<Record<string, Input<string>>>;
  /** Resource id of the application's managed identity, which pulls images and may read the vault. */
  readonly identityId: Input<string>;
  /** Its client id, told to containers as AZURE_CLIENT_ID. */
  readonly identityClientId: Input<string>;
  /** URL of the key vault, told to containers as KEY_VAULT_URI. */
  readonly keyVaultUri: Input<string>;
  /** Host of the registry that the identity pulls from. Default: images are public. */
  readonly registryServer?: Input<string>;
  /** First label of `<label>.<region>.azurecontainer.io`; unique in the region. */
  readonly dnsLabel: string;
  /** Default Always: a container that ends is started again. */
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  /** Sends containers' logs to a workspace. Default: Azure keeps the latest lines only. */
  readonly logs?: ContainerLogs;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Port of a service unless it says another. */
export const DEFAULT_CONTAINER_PORT = 8001;

/** What Azure cannot change in place. */
const FIXED = ["containers[*].resources", "containers[*].ports", "diagnostics", "ipAddress", "osType", "restartPolicy"];

/**
 * The application as a container group, where a cluster would be too much. It is declared always, so that its spec is
 * reviewed and its name kept, and runs while the standby is lit. The group's address can change with every start; its
 * DNS name does not, and is what traffic goes to.
 *
 * ARM cannot declare a stopped group, and whatever changes the group starts it; a script stops it within a minute. What
 * keeps that minute harmless is the database: at an inactive site the application's role cannot log in.
 */
export class ContainerService extends ComponentResource {
  /** Name of the container group. */
  readonly groupName: Output<string>;
  /** DNS name that keeps through stops and starts. */
  readonly host: string;

  constructor(name: string, args: ContainerServiceArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ContainerService", name, {}, options);
    const { resourceGroupName, location, tags } = args;
    const spec = groupSpec(args);
    const group = new ContainerGroup(`${name}-group`, spec, {
      parent: this,
      replaceOnChanges: FIXED,
      // The name and the DNS label are taken until the old one is gone.
      deleteBeforeReplace: true,
    });
    this.groupName = group.name;
    this.host = `${args.dnsLabel}.${location}.azurecontainer.io`;
    new ContainerRunState(
      `${name}-state`,
      {
        groupName: group.name,
        after: [group],
        running: args.running,
        spec: output(spec).apply((known) =>
          createHash("sha256").update(JSON.stringify(known)).digest("hex").slice(0, 16),
        ),
        namePrefix: args.groupName,
        resourceGroupName,
        resourceGroupId: args.resourceGroupId,
        subscriptionId: args.subscriptionId,
        location,
        tags,
      },
      { parent: this },
    );
    this.registerOutputs({ groupName: this.groupName, host: this.host });
  }
}

function groupSpec(args: ContainerServiceArgs): ContainerGroupArgs {
  const open = args.containers.filter((container) => container.public === true).map(portOf);
  return {
    containerGroupName: args.groupName,
    resourceGroupName: args.resourceGroupName,
    location: args.location,
    osType: "Linux",
    sku: "Standard",
    restartPolicy: args.restartPolicy ?? "Always",
    identity: { type: "UserAssigned", userAssignedIdentities: [args.identityId] },
    ...(args.registryServer === undefined
      ? {}
      : { imageRegistryCredentials: [{ server: args.registryServer, identity: args.identityId }] }),
    containers: args.containers.map((container) => containerSpec(container, args)),
    ipAddress: {
      type: "Public",
      dnsNameLabel: args.dnsLabel,
      ports: open.map((port) => ({ port, protocol: "TCP" })),
    },
    volumes: [{ name: "secrets", secret: secretFiles(args.secrets) }],
    ...(args.logs
      ? {
          diagnostics: {
            logAnalytics: {
              workspaceId: args.logs.workspaceId,
              workspaceKey: secret(args.logs.workspaceKey),
              logType: "ContainerInsights",
            },
          },
        }
      : {}),
    tags: { ...args.tags },
  };
}

function containerSpec(container: ServiceContainer, args: ContainerServiceArgs) {
  const port = portOf(container);
  const environment = {
    ...container.environment,
    AZURE_CLIENT_ID: args.identityClientId,
    KEY_VAULT_URI: args.keyVaultUri,
  };
  const scheme = args.protocol === "HTTPS" ? "https" : "http";
  const probe = (path: string) => ({ httpGet: { path, port, scheme }, timeoutSeconds: 2, successThreshold: 1 });
  return {
    name: container.name,
    image: container.image,
    resources: { requests: { cpu: container.cpu ?? 2, memoryInGB: container.memoryGib ?? 4 } },
    ports: [{ port, protocol: "TCP" }],
    environmentVariables: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
    volumeMounts: [{ name: "secrets", mountPath: SECRETS_DIRECTORY, readOnly: true }],
    livenessProbe: { ...probe("/live"), initialDelaySeconds: 20, periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { ...probe("/ready"), periodSeconds: 2, failureThreshold: 2 },
  };
}

function portOf({ port }: ServiceContainer): number {
  return port ?? DEFAULT_CONTAINER_PORT;
}

/** In base64, as ARM takes files. */
function secretFiles(files: Readonly<Record<string, Input<string>>>): Record<string, Output<string>> {
  return Object.fromEntries(
    Object.entries(files).map(([file, value]) => [
      file,
      secret(value).apply((text) => Buffer.from(text, "utf8").toString("base64")),
    ]),
  );
}
