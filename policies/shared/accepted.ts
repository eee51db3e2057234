import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema.js";
import { z } from "zod";
import type { Props } from "./resource.ts";

/** A violation that somebody has decided to live with for a time. */
export interface Acceptance {
  /** Name of the resource, or a pattern with `*`. */
  readonly resource: string;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Day from which it is a violation again. */
  readonly expires: string;
}

export const acceptanceSchema = z.strictObject({
  resource: z.string().min(1),
  reason: z.string().min(20, "a reason is a sentence"),
  owner: z.string().min(1),
  expires: z.iso.date(),
});

/** The option that every rule has. */
export const acceptedSchema: PolicyConfigJSONSchema = {
  description: "Violations that are accepted for a time: told, but stopping nobody.",
  type: "array",
  items: {
    type: "object",
    required: ["resource", "reason", "owner", "expires"],
    properties: {
      resource: { type: "string" },
      reason: { type: "string" },
      owner: { type: "string" },
      expires: { type: "string", format: "date" },
    },
  },
};

/** Throws ZodError where it has another form: an exception without a reason is none. */
export function readAccepted(config: Props): readonly Acceptance[] {
  return z.array(acceptanceSchema).parse(config.accepted ?? []);
}

/** The acceptance that covers a resource and has not expired. */
export function acceptanceOf(
  accepted: readonly Acceptance[],
  urn: string,
  today: string = new Date().toISOString().slice(0, 10),
): Acceptance | undefined {
  const name = urn.split("::").at(-1) ?? "";
  return accepted.find(({ resource, expires }) => expires > today && matches(resource, name));
}

export function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
