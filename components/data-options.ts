import type { CustomResourceOptions } from "@pulumi/pulumi";

/**
 * Options of a resource that holds data. Protected: the engine refuses to delete or replace it, and should it leave
 * the program all the same, it stays in the cloud.
 */
export function dataOptions(protectData: boolean): Pick<CustomResourceOptions, "protect" | "retainOnDelete"> {
  return { protect: protectData, retainOnDelete: protectData };
}
