import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy.js";
import { Repository } from "@pulumi/aws/ecr/repository.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { dataOptions } from "../data-options.ts";
import type { Tags } from "../tags.ts";

export interface ImageRegistryArgs {
  /** Image without host and tag → name of its repository, e.g. shop/api → shop-production/shop/api. */
  readonly repositories: Readonly<Record<string, string>>;
  /** How many images each repository keeps, newest first; default 30. */
  readonly keepImages?: number | undefined;
  /** Days after which an image without a tag goes; default 7. */
  readonly untaggedDays?: number | undefined;
  /** KMS key of the images; default: ECR's own (AES256). Never changes: a new key is a new repository. */
  readonly keyArn?: Input<string> | undefined;
  /** True: the engine refuses to delete repositories; false: destroying the stack deletes them with their images. */
  readonly protectData: boolean;
  /** Tags of every repository. */
  readonly tags: Tags;
}

/** ECR repositories whose tags never move, scanned at every push. */
export class ImageRegistry extends ComponentResource {
  readonly #urls: Readonly<Record<string, Output<string>>>;

  constructor(name: string, args: ImageRegistryArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:ImageRegistry", name, {}, options);
    const { keepImages = 30, untaggedDays = 7 } = args;
    const encryption =
      args.keyArn === undefined ? { encryptionType: "AES256" } : { encryptionType: "KMS", kmsKey: args.keyArn };
    this.#urls = Object.fromEntries(
      Object.entries(args.repositories).map(([image, repositoryName]) => {
        const repository = new Repository(
          `${name}-${image}`,
          {
            name: repositoryName,
            imageTagMutability: "IMMUTABLE",
            imageScanningConfiguration: { scanOnPush: true },
            encryptionConfigurations: [encryption],
            forceDelete: !args.protectData,
            tags: { ...args.tags },
          },
          { parent: this, ...dataOptions(args.protectData) },
        );
        new LifecyclePolicy(
          `${name}-${image}`,
          { repository: repository.name, policy: imageLifecycle(keepImages, untaggedDays) },
          { parent: this },
        );
        return [image, repository.repositoryUrl];
      }),
    );
    this.registerOutputs({});
  }

  /** Where an image is pushed to and pulled from, without a tag. Errors: no such image. */
  url(image: string): Output<string> {
    const url = this.#urls[image];
    if (!url)
      throw new Error(`no repository ${image} in this registry; there are ${Object.keys(this.#urls).join(", ")}`);
    return url;
  }
}

/** What ECR throws away. It wants the rule for any image last. */
export function imageLifecycle(keepImages: number, untaggedDays: number): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `Images without a tag go after ${untaggedDays} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: untaggedDays,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `The newest ${keepImages} images stay`,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keepImages },
        action: { type: "expire" },
      },
    ],
  });
}
