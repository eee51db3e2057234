import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { estimate } from "../../automation/cost/estimate.ts";
import { PRICE_FILE, PriceList } from "../../automation/cost/price-list.ts";
import { awsSize, azureSize, type Size, times } from "../../policies/dr/size-of.ts";
import type { RuleConfig } from "../../policies/shared/judge.ts";
import { type PrimaryConfig, parseStackName, type StandbyConfig } from "../../stacks/config.ts";
import type { Site } from "../../stacks/outputs.ts";
import { readStackFile } from "./stack-config.ts";

const factsSchema = z.strictObject({
  rtoSeconds: z.int().min(1).optional(),
  recoverySeconds: z.int().min(0).optional(),
  budgetMonthly: z.number().min(0).optional(),
  ratio: z.number().min(0).optional(),
  databaseRatio: z.number().min(0).optional(),
  witness: z.string().optional(),
  lastDrill: z.iso.date().optional(),
});
/** What policies/environments.yaml says of an environment. */
export type EnvironmentFacts = z.infer<typeof factsSchema>;

const fileSchema = z.record(z.string(), factsSchema);

export const FACTS_FILE = join("policies", "environments.yaml");

/**
 * Options of the dr pack's rules for a stack. `backend`: URL of the state's backend, if known. `drilled`: the day of the last drill by the
 * driver's own note (`last-drill.ts`), if there is one.
 */
export function drConfig(
  projectRoot: string,
  stack: string,
  backend: string | undefined,
  drilled?: string | undefined,
): RuleConfig {
  const { environment, role } = parseStackName(stack);
  const path = join(projectRoot, FACTS_FILE);
  const facts = existsSync(path) ? (fileSchema.parse(parse(readFileSync(path, "utf8")))[environment] ?? {}) : {};
  const [primary, standby] = [
    readStackFile(projectRoot, `${environment}-primary`),
    readStackFile(projectRoot, `${environment}-standby`),
  ];
  if (primary.config.role !== "primary" || standby.config.role !== "standby") {
    throw new Error(`${environment}: the stack files' roles are not as their names say`);
  }
  return ruleConfig(facts, primary.config, standby.config, {
    backend,
    secretsProvider: standby.secretsProvider,
    restMonthly: restMonthly(standby.config),
    role,
    drilled,
  });
}

interface Told {
  /** Of the stack that is judged. */
  readonly role: Site;
  readonly backend: string | undefined;
  readonly secretsProvider: string;
  readonly restMonthly: number;
  /** Day of the last drill that the driver noted. */
  readonly drilled?: string | undefined;
}

/** Pure: what the stack files and the facts of an environment mean for the rules. */
export function ruleConfig(
  facts: EnvironmentFacts,
  primary: PrimaryConfig,
  standby: StandbyConfig,
  told: Told,
): RuleConfig {
  const services = (config: PrimaryConfig | StandbyConfig) =>
    config.services.map(({ name, replicas }) => ({ name, replicas }));
  return {
    "dr-database-counterpart": { databases: [primary.database.name, ...primary.database.additional] },
    "dr-objects-counterpart": { objects: primary.provider === "aws" || primary.external.objects !== undefined },
    "dr-detection-within-rto": defined({ rtoSeconds: facts.rtoSeconds, recoverySeconds: facts.recoverySeconds }),
    "dr-standby-endpoint-dark": { activeSite: standby.activeSite },
    "dr-control-elsewhere": defined({
      primaryCloud: primary.provider,
      backend: told.backend,
      secretsProvider: told.secretsProvider,
      witness: facts.witness,
    }),
    "dr-networks-apart": { otherCidrs: [told.role === "standby" ? primary.primaryCidr : standby.standbyCidr] },
    "dr-capacity": defined({
      primary: primaryCompute(primary),
      primaryDatabase: primary.provider === "aws" ? awsSize(primary.database.instanceClass) : undefined,
      standby: standbyCompute(standby),
      ratio: facts.ratio,
      databaseRatio: facts.databaseRatio,
    }),
    "dr-workloads": { workloads: services(primary), standbyWorkloads: services(standby) },
    "dr-drill-recent": defined({ lastDrill: later(facts.lastDrill, told.drilled) }),
    "dr-cost-budget": defined({ budgetMonthly: facts.budgetMonthly, restMonthly: told.restMonthly }),
  };
}

/** Of two days; what people wrote down may be of a drill on another machine. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  return [one, other]
    .filter((day) => day !== undefined)
    .toSorted()
    .at(-1);
}

function primaryCompute(primary: PrimaryConfig): Size | undefined {
  if (primary.provider !== "aws") return undefined;
  const node = awsSize(primary.cluster.nodeType);
  return node && times(node, primary.cluster.nodeCount);
}

function standbyCompute(standby: StandbyConfig): Size | undefined {
  if (standby.compute === "container-group") {
    return { vcpus: standby.containerGroup.cpu, memoryGib: standby.containerGroup.memoryGib };
  }
  const node = azureSize(standby.cluster.nodeType);
  return node && times(node, standby.cluster.maxNodes ?? standby.cluster.nodeCount);
}

/** What the configured tier costs in a month in which the standby is never lit, in US dollars. */
function restMonthly(standby: StandbyConfig): number {
  const prices = new PriceList(JSON.parse(readFileSync(PRICE_FILE, "utf8")));
  const { tier, tiers } = estimate(standby, prices, new Date());
  return tiers.find((each) => each.tier === tier)?.restMonthly ?? 0;
}

function defined(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
