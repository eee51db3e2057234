import { connect, type Socket } from "node:net";
import type { HostPort } from "../contracts/contracts.ts";
import type { Treatment } from "./faults.ts";
import type { ConnectionEnds } from "./origin.ts";
import { Pipe } from "./pipe.ts";

/** How long the target has to take a connection. A frozen one takes it at once: its kernel answers. */
const connectTimeoutMs = 10_000;

/** What a client sends before anybody answers; more waits in its own kernel. */
const earlyBytes = 64 * 1024;

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
  #early: Buffer[] = [];

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
    if (this.#upstream === undefined) {
      if (treatment.held) this.#watchClient();
      else this.#openLater();
    } else for (const pipe of this.#pipes) pipe.treat(treatment.held, treatment.delayMs);
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

  /**
   * In a black hole the connection would never have been made, so a client that gives up meanwhile must leave no trace: what it
   * sent would otherwise arrive, as if by magic, when the fault ends. Reading is the only way to learn that it has left.
   */
  #watchClient(): void {
    clearTimeout(this.#timer);
    if (this.#client.listenerCount("data") > 0) return;
    this.#client.on("data", this.#keepEarly);
    this.#client.on("end", this.#leave);
    this.#client.resume();
  }

  readonly #keepEarly = (data: Buffer): void => {
    this.#early.push(data);
    if (this.#early.reduce((sum, each) => sum + each.length, 0) >= earlyBytes) this.#client.pause();
  };

  readonly #leave = (): void => this.close();

  #openLater(): void {
    clearTimeout(this.#timer);
    this.#client.off("data", this.#keepEarly);
    this.#client.off("end", this.#leave);
    this.#client.pause();
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
    if (this.#early.length > 0) this.#client.unshift(Buffer.concat(this.#early));
    this.#early = [];
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
