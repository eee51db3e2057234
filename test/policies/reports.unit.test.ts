import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptedConfig, type BaselineEntry, covering, readBaseline } from "../../scripts/policy/baseline.ts";
import { junit } from "../../scripts/policy/junit.ts";
import { configOfPack, RULES } from "../../scripts/policy/packs.ts";
import { sarif } from "../../scripts/policy/sarif.ts";
import { summary } from "../../scripts/policy/summary.ts";
import { table } from "../../scripts/policy/table.ts";
import { idle, notJudged, open, type Run, verdicts } from "../../scripts/policy/verdicts.ts";

const today = "2026-11-21";
const urn = (name: string) => `urn:pulumi:shop-primary::pilotlight::type::${name}`;
const entry: BaselineEntry = {
  rule: "aws-database-not-public",
  environments: ["shop"],
  resource: "database-*",
  reason: "replication crosses clouds without a VPN",
  owner: "platform",
  expires: "2027-01-01",
};
const violation = {
  rule: "aws-database-not-public",
  urn: urn("database-instance"),
  message: "publiclyAccessible: true",
};
const drill = { rule: "dr-drill-recent", urn: urn("stack"), message: "never drilled" };
const plain = { rule: "aws-bucket-kept", urn: urn("objects-bucket"), message: 'forceDestroy: <true> & "all" | more' };

function run(...violations: Run["judgement"]["violations"]): Run {
  return { stack: "shop-primary", environment: "shop", judgement: { violations, judged: [] } };
}

describe("the baseline", () => {
  let folder: string;
  const file = (text: string): string => {
    const path = join(folder, "baseline.yaml");
    writeFileSync(path, text);
    return path;
  };
  const read = (text: string) => readBaseline(file(text), new Set(RULES.keys()), today);
  const yaml = (change: Partial<BaselineEntry>) => JSON.stringify([{ ...entry, ...change }]);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pilotlight-baseline-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("may be empty", () => {
    expect(read("# nothing yet\n")).toEqual([]);
  });

  it("refuses an entry without a reason, for no rule, or for longer than a year", () => {
    expect(() => read(yaml({ reason: "because" }))).toThrow(/a reason is a sentence/);
    expect(() => read(yaml({ rule: "aws-databse" }))).toThrow("aws-databse for database-*: there is no such rule");
    expect(() => read(yaml({ expires: "2027-11-23" }))).toThrow(
      "expires 2027-11-23; right would be: 2027-11-22 or earlier",
    );
    expect(read(yaml({ expires: "2027-11-22" }))).toHaveLength(1);
  });

  it("covers what it names, where it says, until its day", () => {
    const finding = { rule: entry.rule, environment: "shop", resource: "database-instance" };
    expect(covering([entry], finding, today)).toBe(entry);
    expect(covering([entry], finding, "2027-01-01")).toBeUndefined();
    expect(covering([entry], { ...finding, environment: "other" }, today)).toBeUndefined();
    expect(covering([entry], { ...finding, resource: "objects" }, today)).toBeUndefined();
  });

  it("becomes options of the packs, of its environment alone", () => {
    const { rule, environments: _, ...accepted } = entry;
    expect(acceptedConfig([entry, { ...entry, environments: ["other"] }], "shop")).toEqual({
      [rule]: { accepted: [accepted] },
    });
    expect(configOfPack("dr", acceptedConfig([entry], "shop"))).toEqual({});
  });
});

describe("verdicts", () => {
  it("count a finding once, the gravest first, what is accepted last", () => {
    const all = verdicts([run(violation, drill), run(drill, violation, plain)], [entry], today);
    expect(all.map(({ rule, accepted }) => [rule, accepted?.owner])).toEqual([
      ["aws-bucket-kept", undefined],
      ["dr-drill-recent", undefined],
      ["aws-database-not-public", "platform"],
    ]);
    expect(open(all).map(({ rule }) => rule)).toEqual(["aws-bucket-kept"]);
  });

  it("are open again on the day on which the baseline ends", () => {
    expect(open(verdicts([run(violation)], [entry], "2027-01-01"))).toHaveLength(1);
  });

  it("name entries that nothing needs, of environments that were looked at", () => {
    const none = verdicts([run()], [entry], today);
    expect(idle(none, [entry], ["shop"])).toEqual([entry]);
    expect(idle(none, [entry], ["other"])).toEqual([]);
    expect(idle(verdicts([run(violation)], [entry], today), [entry], ["shop"])).toEqual([]);
  });

  it("name rules over the whole stack that nobody could judge", () => {
    const whole = [...RULES.values()].filter(({ kind }) => kind === "stack").map(({ name }) => name);
    const judged = whole.filter((name) => name !== "dr-capacity");
    const half = { ...run(), judgement: { violations: [], judged } };
    expect(notJudged([half])).toEqual([{ stack: "shop-primary", rules: ["dr-capacity"] }]);
    expect(notJudged([half, { ...run(), judgement: { violations: [], judged: whole } }])).toEqual([]);
  });

  it("refuse a violation of no rule of ours", () => {
    expect(() => verdicts([run({ ...violation, rule: "other" })], [], today)).toThrow(
      /violation of other, which is no rule/,
    );
  });
});

describe("reports", () => {
  const all = verdicts([run(violation, drill, plain)], [entry], today);
  const stacks = ["shop-primary"];

  it("are a table for people", () => {
    expect(table({ verdicts: all, stacks, idle: [], notJudged: [] })).toBe(
      [
        "1 mandatory finding in 1 stacks.",
        "",
        "  stack         open  advisory  accepted",
        "  shop-primary  1     1         1",
        "",
        "Open",
        '  high    mandatory  aws-bucket-kept  shop-primary  objects-bucket  forceDestroy: <true> & "all" | more',
        "  medium  advisory   dr-drill-recent  shop-primary  stack           never drilled",
        "",
        "Accepted",
        "  aws-database-not-public  shop-primary  database-instance  until 2027-01-01 by platform: replication crosses clouds without a VPN",
        "",
      ].join("\n"),
    );
  });

  it("are SARIF 2.1.0 with suppressions, and fingerprints that outlive a change of the message", () => {
    const log = Object(sarif(all));
    expect([log.version, log.runs.length, log.runs[0].tool.driver.rules.length]).toEqual(["2.1.0", 1, RULES.size]);
    const [first, second, third] = log.runs[0].results;
    expect(first).toMatchObject({
      ruleId: "aws-bucket-kept",
      level: "error",
      message: { text: 'objects-bucket: forceDestroy: <true> & "all" | more' },
      locations: [{ physicalLocation: { artifactLocation: { uri: "stacks/Pulumi.shop-primary.yaml" } } }],
    });
    expect(log.runs[0].tool.driver.rules[first.ruleIndex].id).toBe("aws-bucket-kept");
    expect([second.level, second.suppressions]).toEqual(["warning", undefined]);
    expect(third.suppressions).toEqual([
      {
        kind: "external",
        status: "accepted",
        justification: "replication crosses clouds without a VPN (platform, until 2027-01-01)",
      },
    ]);
    const other = Object(sarif(verdicts([run({ ...plain, message: "other" })], [], today)));
    expect(other.runs[0].results[0].partialFingerprints).toEqual(first.partialFingerprints);
  });

  it("are JUnit, a case for each rule", () => {
    const xml = junit(all, stacks);
    expect(xml).toContain(`<testsuite name="shop-primary" tests="${RULES.size}" failures="1" skipped="2" errors="0">`);
    expect(xml).toContain('objects-bucket: forceDestroy: &lt;true&gt; &amp; "all" | more</failure>');
    expect(xml).toContain('<testcase classname="shop-primary" name="aws-tags"/>');
    expect(xml).toContain("database-instance: accepted until 2027-01-01 by platform: replication crosses clouds");
  });

  it("are Markdown that fits into a comment of GitHub", () => {
    expect(summary(all, stacks)).toContain(
      '| high | `aws-bucket-kept` | shop-primary | `objects-bucket` | forceDestroy: <true> & "all" \\| more |',
    );
    const many = Array.from({ length: 2000 }, (_, index) => ({ ...plain, urn: urn(`bucket-${index}`) }));
    const long = summary(verdicts([run(...many)], [], today), stacks);
    expect(long.length).toBeLessThanOrEqual(65_536);
    expect(long).toMatch(/There is more: see the attached report\.\n$/);
  });
});
