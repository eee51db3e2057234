import { connect, type Socket } from "node:net";
import type { HostPort } from "../supervisor/contracts.ts";
import type { Treatment } from "./faults.ts";
import type { ConnectionEnds } from "./origin.ts";
import { Pipe } from "./pipe.ts";

/** How long the target has to take a connection. A frozen one takes it at once: its kernel answers. */
const connectTimeoutMs = 10_000;

/** One client of a gateway. The target is asked for only when traffic may pass. */
export class Connection {
  readonly ends: ConnectionEnds;
  readonly #client: Socket;
  readonly #target: () => HostPort | undefined;
  readonly #onClose: () => void;
  #upstream: Socket | undefined;
  #pipes: readonly Pipe[] = [];
  #treatment: Treatment = { held: true, delayMs: 0 };
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  /** A side broke while nothing passed: the other learns of it when the fault ends. */
  #broken = false;

  constructor(client: Socket, target: () => HostPort | undefined, onClose: () => void) {
    this.ends = {
      client: { host: client.remoteAddress ?? "", port: client.remotePort ?? 0 },
      server: { host: client.localAddress ?? "", port: client.localPort ?? 0 },
    };
    this.#client = client;
    this.#target = target;
    this.#onClose = onClose;
    client.setNoDelay(true);
    client.pause();
    client.on("error", () => this.#break());
    client.on("close", () => this.#onSideClosed());
  }

  treat(treatment: Treatment): void {
    this.#treatment = treatment;
    if (this.#closed) return;
    if (this.#upstream === undefined) this.#openLater();
    else for (const pipe of this.#pipes) pipe.treat(treatment.held, treatment.delayMs);
    if (!treatment.held && this.#broken) this.close();
  }

  /** Resets both sides. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const pipe of this.#pipes) pipe.close();
    this.#client.resetAndDestroy();
    if (this.#upstream !== undefined) {
      if (this.#upstream.connecting) this.#upstream.destroy();
      else this.#upstream.resetAndDestroy();
    }
    this.#onClose();
  }

  #openLater(): void {
    clearTimeout(this.#timer);
    if (this.#treatment.held) return;
    if (this.#treatment.delayMs > 0) this.#timer = setTimeout(() => this.#open(), this.#treatment.delayMs);
    else this.#open();
  }

  #open(): void {
    if (this.#closed || this.#upstream !== undefined) return;
    const target = this.#target();
    if (target === undefined) {
      this.close();
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#upstream = upstream;
    upstream.setTimeout(connectTimeoutMs, () => this.#break());
    upstream.once("connect", () => upstream.setTimeout(0));
    upstream.on("error", () => this.#break());
    upstream.on("close", () => this.#onSideClosed());
    this.#pipes = [new Pipe(this.#client, upstream), new Pipe(upstream, this.#client)];
    for (const pipe of this.#pipes) pipe.treat(this.#treatment.held, this.#treatment.delayMs);
    this.#client.resume();
  }

  #break(): void {
    if (this.#treatment.held) this.#broken = true;
    else this.close();
  }

  /** A side that closed without an error had both halves ended; the other follows by itself once all is delivered. */
  #onSideClosed(): void {
    if (this.#client.destroyed && (this.#upstream?.destroyed ?? true)) this.close();
  }
}
