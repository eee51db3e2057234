/** What a killed process's calls get. */
export class Killed extends Error {}

/** One driver process: counts its steps and dies at one of them. */
export class FakeProcess {
  readonly name: string;
  readonly #dieAt: number | undefined;
  /** Happens at every step, ahead of it. */
  onStep: (step: number) => void = () => {};
  steps = 0;
  dead = false;

  constructor(name: string, dieAt?: number) {
    this.name = name;
    this.#dieAt = dieAt;
  }

  /** Called ahead of and after every effect. */
  step(): void {
    if (this.dead) throw new Killed(this.name);
    this.steps += 1;
    this.onStep(this.steps);
    if (this.#dieAt !== undefined && this.steps >= this.#dieAt) {
      this.dead = true;
      throw new Killed(this.name);
    }
  }
}
