import type { ApiAnswer } from "./api-answer.ts";
import type { ApiCall } from "./api-call.ts";

/** What stands behind one service of the API: servers, clusters, names. It is told of calls and puts the truth in answers. */
export interface DataPlane {
  /** Signing name of the service. */
  readonly service: string;
  /** Forgets all, before a replay tells it again. What is under way goes on. */
  reset(): void;
  /** An answer instead of moto's, for what the sandbox cannot do. `body` is absent where it is large. */
  refuse?(call: ApiCall, body: Buffer | undefined): ApiAnswer | undefined;
  /**
   * Notes what a successful call asks for. Called for every mutating call in order, also for those replayed at start:
   * it must only note, not do.
   */
  note(call: ApiCall, answer: ApiAnswer): void;
  /** Starts to do what was noted. What takes long goes on after it has resolved, and shows in `rewrite`. */
  settle(): Promise<void>;
  /** Puts real addresses and states into an answer, of reads too. */
  rewrite(call: ApiCall, answer: ApiAnswer): ApiAnswer;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}
