import { RULES } from "./packs.ts";
import type { Verdict } from "./verdicts.ts";

/** JUnit XML: a suite for each stack, a case for each rule. What is accepted or advisory is skipped, with its reason. */
export function junit(verdicts: readonly Verdict[], stacks: readonly string[]): string {
  const suites = stacks.map((stack) => {
    const cases = [...RULES.values()].map(({ name, title }) => {
      const found = verdicts.filter((verdict) => verdict.stack === stack && verdict.rule === name);
      return {
        failed: found.some(fails),
        skipped: found.length > 0 && !found.some(fails),
        xml: testCase(stack, name, title, found),
      };
    });
    const failures = cases.filter(({ failed }) => failed).length;
    const skipped = cases.filter((each) => each.skipped).length;
    const head = `  <testsuite name=${quoted(stack)} tests="${cases.length}" failures="${failures}" skipped="${skipped}" errors="0">`;
    return [head, ...cases.map(({ xml }) => xml), "  </testsuite>"].join("\n");
  });
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="policy">', ...suites, "</testsuites>", ""].join(
    "\n",
  );
}

function fails({ accepted, level }: Verdict): boolean {
  return accepted === undefined && level === "mandatory";
}

function testCase(stack: string, rule: string, title: string, found: readonly Verdict[]): string {
  const head = `    <testcase classname=${quoted(stack)} name=${quoted(rule)}`;
  const failing = found.filter(fails);
  if (failing.length > 0) {
    const text = failing.map(({ resource, message }) => `${resource}: ${message}`).join("\n");
    return `${head}>\n      <failure message=${quoted(title)}>${escaped(text)}</failure>\n    </testcase>`;
  }
  if (found.length === 0) return `${head}/>`;
  const why = found.map(({ resource, message, accepted }) =>
    accepted
      ? `${resource}: accepted until ${accepted.expires} by ${accepted.owner}: ${accepted.reason}`
      : `${resource}: ${message} (advisory)`,
  );
  return `${head}>\n      <skipped message=${quoted([...new Set(why)].join("; "))}/>\n    </testcase>`;
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;")}"`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
