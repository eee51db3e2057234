import { about, type DeclaredResource, type DeclaredStack, ofType } from "./resource.ts";
import type { Violation } from "./rule.ts";

/** Finds the resources of type `subject` about which no resource of another type says what it should. */
export function saidByNone(subject: string) {
  return (
    stack: DeclaredStack,
    type: string,
    says: (resource: DeclaredResource) => boolean,
    message: string,
  ): readonly Violation[] =>
    ofType(stack, subject)
      .filter((each) => !about(stack, type, each).some(says))
      .map(({ urn }) => ({ urn, message }));
}
