import { z } from "zod";
import { isKnown } from "./read.ts";
import { type Control, type ResourceRule, resourceRule } from "./rule.ts";

/** What every resource of a site says of itself (components/tags.ts). */
export const REQUIRED_TAGS = ["application", "environment", "site", "managed-by"];

/** Requires tags on the types that have them. */
export function tagRule(
  cloud: "aws" | "azure",
  types: readonly string[],
  controls: [Control, ...Control[]],
): ResourceRule {
  return resourceRule(
    {
      name: `${cloud}-tags`,
      title: "A resource says whose it is.",
      severity: "low",
      level: "mandatory",
      controls,
      remedy: "Pass the site's tags on (components/tags.ts).",
      types,
      check: ({ props: { tags } }, { required }) => {
        if (!isKnown(tags)) return [];
        // Azure knows a tag in either case; AWS does not, but `Environment` says there what `environment` says.
        const there = Object.entries(Object(tags)).filter(([, value]) => value !== undefined);
        const names = there.map(([name]) => name.toLowerCase());
        const missing = required.filter((tag) => !names.includes(tag.toLowerCase()));
        return missing.length === 0
          ? []
          : [`tags without ${missing.join(", ")}; right would be: all of ${required.join(", ")}`];
      },
    },
    z.object({ required: z.array(z.string()).default(REQUIRED_TAGS).describe("Tags that must be there.") }),
  );
}
