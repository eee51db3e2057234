import { about, type DeclaredResource, type DeclaredStack, ofType } from "./resource.ts";
import type { Violation } from "./rule.ts";

/**
 * Finds the resources of type `subject` that have what a rule wants neither inside themselves (`inside`) nor in a resource of another
 * type beside them (`beside`).
 */
export function missingCompanion(subject: string) {
  return (
    stack: DeclaredStack,
    type: string,
    beside: (companion: DeclaredResource) => boolean,
    message: string,
    inside: (resource: DeclaredResource) => boolean = () => false,
  ): readonly Violation[] =>
    ofType(stack, subject)
      .filter((each) => !inside(each) && !about(stack, type, each).some(beside))
      .map(({ urn }) => ({ urn, message }));
}
