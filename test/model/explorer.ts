import type { Action } from "./actions.ts";
import { canonical, pristine, type State } from "./state.ts";
import { type Outcome, step } from "./step.ts";

/**
 * Walks through histories. Equal steps from equal states are taken once and remembered: a step is a function of the two.
 */
export class Explorer {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #taken = new Map<string, Outcome & { readonly id: number }>();

  get states(): number {
    return this.#texts.length;
  }

  /** Steps that were really taken. */
  get steps(): number {
    return this.#taken.size;
  }

  /** What was violated, at the first action that violates anything. */
  async walk(history: readonly Action[]): Promise<readonly string[]> {
    let id = this.#idOf(canonical(pristine));
    for (const action of history) {
      const taken = await this.#take(id, action);
      if (taken.violations.length > 0) return taken.violations;
      const differs = await this.#differs(id, action, taken);
      if (differs !== undefined) return [differs];
      id = taken.id;
    }
    return [];
  }

  async #take(id: number, action: Action): Promise<Outcome & { readonly id: number }> {
    const key = `${id} ${JSON.stringify(action)}`;
    const known = this.#taken.get(key);
    if (known !== undefined) return known;
    const outcome = await step(this.#texts[id] ?? "", action);
    const taken = { ...outcome, next: "", id: this.#idOf(outcome.next) };
    this.#taken.set(key, taken);
    return taken;
  }

  /** A driver that dies and is resumed comes to the end that one comes to which lives. */
  async #differs(id: number, action: Action, taken: Outcome & { readonly id: number }): Promise<string | undefined> {
    if (!("start" in action) || action.trouble?.kind !== "die-resume" || action.start === "resume" || !taken.begun)
      return undefined;
    const calm = await this.#take(id, { start: action.start, reply: action.reply });
    if (calm.ended !== "succeeded" || !calm.quiet) return undefined;
    const [wanted, got] = [this.#core(calm.id), this.#core(taken.id)];
    return wanted === got ? undefined : `5: after a crash and resume it is ${got}, else ${wanted}`;
  }

  #core(id: number): string {
    const { sites, traffic, declared, record, lock } = JSON.parse(this.#texts[id] ?? "") as State;
    const { primary, standby } = sites;
    const site = ({ open, following, workloads, lit }: typeof primary) => ({ open, following, workloads, lit });
    const { protection, activeSite, lastOperation } = record ?? {};
    const claimed = { protection, activeSite, operation: lastOperation?.state };
    return JSON.stringify({ primary: site(primary), standby: site(standby), traffic, declared, claimed, lock });
  }

  #idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }
}
