import type { z } from "zod";
import { isObject, UNKNOWN } from "./properties.ts";
import type { Properties } from "./resource-kind.ts";

export interface InputFailure {
  readonly property: string;
  readonly reason: string;
}

/** What is wrong with the inputs. Values that a preview does not know yet are passed over. */
export function validateInputs(schema: z.ZodType, inputs: Properties): readonly InputFailure[] {
  const result = schema.safeParse(inputs);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    if (isUnknownAt(inputs, issue.path)) return [];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        property: join([...issue.path, key]),
        reason: "this property is not known to the sandbox's provider; if the real provider has it, teach the sandbox",
      }));
    }
    return [{ property: join(issue.path), reason: issue.message }];
  });
}

function isUnknownAt(inputs: unknown, path: readonly PropertyKey[]): boolean {
  if (inputs === UNKNOWN) return true;
  const [head, ...rest] = path;
  if (head === undefined) return false;
  if (Array.isArray(inputs)) return isUnknownAt(inputs[Number(head)], rest);
  return isObject(inputs) && isUnknownAt(inputs[String(head)], rest);
}

function join(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}
