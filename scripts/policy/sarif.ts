import { createHash } from "node:crypto";
import type { Rule } from "../../policies/shared/rule.ts";
import { RULES } from "./packs.ts";
import type { Verdict } from "./verdicts.ts";

/** As GitHub reads it: from 0 to 10. */
const SCORES = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.0" } as const;

/** SARIF 2.1.0, as code scanning takes it. What is accepted is there, suppressed with its reason. */
export function sarif(verdicts: readonly Verdict[]): unknown {
  const rules = [...RULES.values()];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "pilotlight-policy", version: "0.1.0", rules: rules.map(describe) } },
        results: verdicts.map((verdict) => ({
          ruleId: verdict.rule,
          ruleIndex: rules.findIndex(({ name }) => name === verdict.rule),
          level: verdict.level === "mandatory" ? "error" : "warning",
          message: { text: `${verdict.resource}: ${verdict.message}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: `stacks/Pulumi.${verdict.stack}.yaml` },
                region: { startLine: 1 },
              },
              logicalLocations: [{ name: verdict.resource, fullyQualifiedName: verdict.urn, kind: "resource" }],
            },
          ],
          partialFingerprints: { "finding/v1": fingerprint(verdict) },
          ...(verdict.accepted
            ? {
                suppressions: [
                  {
                    kind: "external",
                    status: "accepted",
                    justification: `${verdict.accepted.reason} (${verdict.accepted.owner}, until ${verdict.accepted.expires})`,
                  },
                ],
              }
            : {}),
        })),
      },
    ],
  };
}

function describe({ name, title, remedy, severity, level, controls }: Rule): unknown {
  return {
    id: name,
    shortDescription: { text: title },
    help: {
      text: `${remedy} From ${controls.map(({ source, id }) => `${source} ${id}`).join(", ")}.`,
      markdown: `${remedy}\n\nFrom ${controls.map(({ source, id, url }) => `[${source} ${id}](${url})`).join(", ")}.`,
    },
    helpUri: controls[0].url,
    defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
    properties: {
      tags: ["security", ...controls.map(({ source, id }) => `${source} ${id}`)],
      "security-severity": SCORES[severity],
    },
  };
}

/** The same finding in the next run, whatever else has changed by then. */
function fingerprint({ rule, urn }: Verdict): string {
  return createHash("sha256").update(`${rule}\n${urn}`).digest("hex").slice(0, 32);
}
