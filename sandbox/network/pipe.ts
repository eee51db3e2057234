import type { Socket } from "node:net";

/** More than this on its way pauses the sender. */
const windowBytes = 256 * 1024;

interface Parcel {
  readonly dueAt: number;
  /** undefined: the sender has ended its half. */
  readonly data: Buffer | undefined;
}

/** One direction of a proxied connection: bytes and the half-close, in order, delayed or held as the faults say. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  #queue: Parcel[] = [];
  #queuedBytes = 0;
  #held = false;
  #delayMs = 0;
  #blocked = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on("data", (data) => this.#accept(data));
    from.on("end", () => this.#accept(undefined));
    to.on("drain", () => {
      this.#blocked = false;
      this.#flush();
    });
  }

  /** A shorter delay never lets later bytes overtake earlier ones: the queue is left in order. */
  treat(held: boolean, delayMs: number): void {
    this.#held = held;
    this.#delayMs = delayMs;
    this.#flush();
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
  }

  #accept(data: Buffer | undefined): void {
    this.#queue.push({ dueAt: performance.now() + this.#delayMs, data });
    this.#queuedBytes += data?.length ?? 0;
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    while (!this.#held && !this.#blocked) {
      const next = this.#queue[0];
      if (next === undefined) break;
      const wait = next.dueAt - performance.now();
      if (wait > 0.5) {
        this.#timer = setTimeout(() => this.#flush(), wait);
        break;
      }
      this.#queue.shift();
      if (next.data === undefined) {
        if (this.#to.writable) this.#to.end();
        continue;
      }
      this.#queuedBytes -= next.data.length;
      if (this.#to.writable) this.#blocked = !this.#to.write(next.data);
    }
    const full = this.#queuedBytes > windowBytes || this.#blocked;
    if (full && !this.#from.isPaused()) this.#from.pause();
    else if (!full && this.#from.isPaused()) this.#from.resume();
  }
}
