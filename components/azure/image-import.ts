import { ComponentResource, type ComponentResourceOptions, type Input, interpolate, type Output } from "@pulumi/pulumi";
import { importTarget } from "../image-names.ts";
import { boundedName, shortHash } from "../naming.ts";
import type { Tags } from "../tags.ts";
import { cliScript } from "./cli-script.ts";
import { ScriptIdentity } from "./script-identity.ts";

/** Options of `ImageImport`. */
export interface ImageImportArgs {
  /** Name of the registry that gets the images. */
  readonly registryName: Input<string>;
  /** Its host, e.g. shopx7k2p9.azurecr.io. */
  readonly loginServer: Input<string>;
  /** Images to copy, e.g. docker.io/shop/api:1.4.2; readable without a password (a private one is pushed by CI instead). */
  readonly images: readonly string[];
  /** What the names of scripts and their identity begin with; at most 60 characters. */
  readonly namePrefix: string;
  /** Resource group of the registry. */
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
az acr import --resource-group "$RESOURCE_GROUP" --name "$REGISTRY" --source "$SOURCE" --image "$TARGET" --force
`;

/** Copies images into the registry, each by a script of its own that runs when the image is new to it. */
export class ImageImport extends ComponentResource {
  readonly #images: ReadonlyMap<string, Output<string>>;

  constructor(name: string, args: ImageImportArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:ImageImport", name, {}, options);
    const { resourceGroupName, location, tags } = args;
    const identity = new ScriptIdentity(
      `${name}-importer`,
      {
        name: `${args.namePrefix}-image-import`,
        resourceGroupName,
        resourceGroupId: args.resourceGroupId,
        subscriptionId: args.subscriptionId,
        location,
        actions: [
          "Microsoft.ContainerRegistry/registries/read",
          "Microsoft.ContainerRegistry/registries/importImage/action",
        ],
        description: "Copies the application's images into the standby's registry.",
        tags,
      },
      { parent: this },
    );
    const images = new Map<string, Output<string>>();
    for (const image of new Set(args.images)) {
      const { source, repository, target } = importTarget(image);
      const key = boundedName(repository.replace(/[^a-z0-9]+/g, "-"), shortHash(repository), 60);
      const script = cliScript(
        `${name}-${key}`,
        {
          scriptName: boundedName(args.namePrefix, `import-${shortHash(repository)}`, 90),
          resourceGroupName,
          location,
          identityId: identity.id,
          content: SCRIPT,
          environment: {
            RESOURCE_GROUP: resourceGroupName,
            REGISTRY: args.registryName,
            SOURCE: source,
            TARGET: target,
          },
          runWhenChanged: source,
          tags,
          after: [],
        },
        this,
      );
      // Whoever runs the image waits until it is there.
      images.set(
        image,
        interpolate`${args.loginServer}/${target}`.apply((there) => script.id.apply(() => there)),
      );
    }
    this.#images = images;
    this.registerOutputs({});
  }

  /** Name of an imported image in the registry; known once it is there. Errors: it is none of the images. */
  imported(image: string): Output<string> {
    const found = this.#images.get(image);
    if (!found) throw new Error(`no image ${image} is imported; there are ${[...this.#images.keys()].join(", ")}`);
    return found;
  }
}
