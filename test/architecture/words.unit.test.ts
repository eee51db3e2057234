import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { transitions } from "../../automation/domain/protection.ts";
import { settingsPage } from "../../scripts/settings-docs/render.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** Words that only this project used, each with the field's word that replaced it. */
const replaced: readonly (readonly [RegExp, string])[] = [
  [/answer-?desk/i, "operator answers"],
  [/application-?desk/i, "operator controls"],
  [/\b(type|interface) (Standing|Saying)\b/, "ControlState, Attribution"],
  [/stop-?switch/i, "cancellation"],
  [/held-?ports/i, "epoch-guarded ports"],
  [/light-?keeper/i, "warm-up controller"],
  [/zone-?keeper/i, "zone controller"],
  [/service-?healer/i, "self-heal controller"],
  [/hysteresis/i, "failure threshold"],
  [/watch_?consecutive/i, "failureThreshold"],
  [/watch_?calm/i, "successThreshold"],
  [/\bisBroken\b/, "wasOverridden"],
  [/\bisAside\b/, "isAuxiliary"],
  [/\bbeside (the|its|an application's|the application's) service\b/i, "auxiliary"],
  [/\bdous(e|es|ed|ing)\b/i, "stand down, scale down"],
  [/\bputs? (the standby|a warm-up|it) out\b/i, "scale down"],
  [/leave-?zone/i, "evacuate-zone"],
  [/last-?tables/i, "late-tables"],
  [/driven-?estate/i, "supported topology"],
  [/requireDriven/i, "requireSupported"],
  [/housekeeping/i, "background tasks"],
  [/\bchores?\b/i, "task"],
  [/InheritingWitness/i, "MigratingWitness"],
  [/sandbox\/aws\/front\b/, "aws-gateway"],
  [/\b(service|node|cluster)-?doors?\b/i, "ports"],
  [/said-?by-?none/i, "missing companion"],
];

/** Where an old word may stand: history, what is fetched or generated, and this list itself. */
const exempt =
  /^(CHANGELOG\.md|package-lock\.json|test\/architecture\/words\.unit\.test\.ts)$|^components\/azure\/failover-functions-package\//;

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\n")
  .filter((path) => path !== "" && !exempt.test(path));

function oldWordsIn(path: string, text: string): readonly string[] {
  const places = [path, ...text.split("\n")];
  return replaced.flatMap(([word, instead]) =>
    places.flatMap((line, index) => (word.test(line) ? [`${path}:${index}: ${line.trim()} (say: ${instead})`] : [])),
  );
}

describe("the words of the field", () => {
  it("are used in every file and in its name", () => {
    const found = tracked.flatMap((path) => {
      try {
        return oldWordsIn(path, read(path));
      } catch (error) {
        // Deleted here and not committed yet.
        if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EISDIR"))
          return [];
        throw error;
      }
    });
    expect(found).toEqual([]);
  });

  it("are told from the old ones", () => {
    const samples = [
      "answer-desk.ts",
      "new StopSwitch()",
      "PILOTLIGHT_WATCH_CONSECUTIVE",
      "runs beside the service",
      "douses it",
      "puts the standby out",
      "interface Standing {",
    ];
    expect(samples.filter((line) => oldWordsIn("x.ts", line).length === 0)).toEqual([]);
    expect(oldWordsIn("x.ts", "standing-down, a standing price, outputs, front-door.ts, the zone was left")).toEqual(
      [],
    );
  });
});

describe("the glossary", () => {
  const entries = [...read("docs/glossary.md").matchAll(/^- \*\*(.+?)\*\*: (.+(?:\n {2}.+)*)$/gm)].map(
    ([, term = "", meaning = ""]) => ({ term, meaning }),
  );
  const terms = entries.map(({ term }) => term);

  it("has each word once, with one sentence", () => {
    expect(terms.length).toBeGreaterThan(40);
    expect(new Set(terms).size).toBe(terms.length);
    expect(entries.filter(({ meaning }) => !meaning.endsWith(".") || /\.\s/.test(meaning))).toEqual([]);
  });

  it("explains every plan", () => {
    const plans = [...new Set(transitions.map(({ plan }) => plan.replace("zonal-recovery", "zonal recovery")))];
    expect(plans.filter((plan) => !terms.includes(plan))).toEqual([]);
  });

  it("names settings as the schema and docs/settings.md do", () => {
    const page = settingsPage();
    expect(read("docs/settings.md")).toBe(page);
    const named = entries.flatMap(({ meaning }) => [...meaning.matchAll(/\(`([a-z]+(?:\.?[A-Za-z]+)*)`\)/g)]);
    const variables = named.map(
      ([, path = ""]) => `PILOTLIGHT_${path.replaceAll(".", "_").replace(/[A-Z]/g, "_$&").toUpperCase()}`,
    );
    expect(variables.length).toBeGreaterThan(2);
    expect(variables.filter((variable) => !page.includes(`\`${variable}\``))).toEqual([]);
  });
});
