import type { Input, Output } from "@pulumi/pulumi";
import { ImageImport } from "../components/azure/image-import.ts";
import { Registry } from "../components/azure/registry.ts";
import type { StandbyConfig } from "./config.ts";
import type { StandbyBase } from "./standby-base.ts";

export interface StandbyImages {
  /** Undefined: images come from where the configuration says. */
  readonly registry: Registry | undefined;
  /** What a service's image is called on this side. */
  readonly image: (image: string) => Input<string>;
}

/** The standby's own registry, by option, with copies of the application's images: none comes from a cloud that is down. */
export function standbyImages(
  config: StandbyConfig,
  base: StandbyBase,
  pullers: Readonly<Record<string, Output<string>>>,
): StandbyImages {
  const { names, suffix, place, scope } = base;
  const { enabled, sku, importImages } = config.registry;
  if (!enabled) return { registry: undefined, image: (image) => image };
  const registry = new Registry("registry", {
    ...place,
    registryName: suffix.apply(names.registry),
    sku,
    pullers,
    subscriptionId: scope.subscriptionId,
  });
  if (!importImages) return { registry, image: (image) => image };
  const imports = new ImageImport("images", {
    ...place,
    ...scope,
    registryName: registry.registryName,
    loginServer: registry.loginServer,
    images: config.services.map(({ image }) => image),
    namePrefix: names.script("images"),
  });
  return { registry, image: (image) => imports.imported(image) };
}
