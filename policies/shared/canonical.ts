import { awsNativeResource } from "./aws-native.ts";
import { canonicalType } from "./canonical-type.ts";
import type { DeclaredResource } from "./resource.ts";

/** The resource under the type, and with the inputs, by which rules know it. */
export function canonical(resource: DeclaredResource): DeclaredResource {
  return awsNativeResource(resource) ?? { ...resource, type: canonicalType(resource.type) };
}
