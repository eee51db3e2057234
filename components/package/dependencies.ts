import { type ComponentResourceOptions, Resource } from "@pulumi/pulumi";

/** What the caller says that a component depends on; a component from another program comes as a reference to it. */
export function dependencies(options: ComponentResourceOptions | undefined): readonly Resource[] {
  const given = options?.dependsOn;
  return (Array.isArray(given) ? given : [given]).filter((each) => Resource.isInstance(each));
}
