import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import packet, { type Answer, type DecodedPacket, type StringAnswer } from "dns-packet";

export interface DnsServerAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.30.0.53` or `127.30.0.53:10053`. */
export function parseDnsServer(text: string): DnsServerAddress {
  const [host = "", port = "53"] = text.split(":");
  if (!/^\d+(\.\d+){3}$/.test(host) || !/^\d+$/.test(port))
    throw new Error(`DNS server "${text}" must be an IPv4 address, with :port if it is not 53`);
  return { host, port: Number(port) };
}

interface Cached {
  readonly address: string;
  readonly until: number;
}

const longestChain = 12;
const tries = 2;

/** A stub resolver as a user's machine has one: follows CNAMEs, keeps an answer for the smallest TTL of its chain. */
export class DnsResolver {
  readonly #server: DnsServerAddress;
  readonly #timeoutMs: number;
  readonly #cache = new Map<string, Cached>();
  readonly #pending = new Map<string, Promise<string>>();

  /** `timeoutMs`: for each of two tries; default 1 s. */
  constructor(server: DnsServerAddress, timeoutMs = 1000) {
    this.#server = server;
    this.#timeoutMs = timeoutMs;
  }

  /** The first address. Throws when the name does not exist or the server does not answer. */
  resolve(name: string): Promise<string> {
    const cached = this.#cache.get(name);
    if (cached !== undefined && cached.until > performance.now()) return Promise.resolve(cached.address);
    const pending = this.#pending.get(name);
    if (pending !== undefined) return pending;
    const asking = this.#follow(name).finally(() => this.#pending.delete(name));
    this.#pending.set(name, asking);
    return asking;
  }

  async #follow(name: string): Promise<string> {
    let current = name;
    let ttl = Number.POSITIVE_INFINITY;
    for (let step = 0; step < longestChain; step += 1) {
      const { answers = [] } = await this.#ask(current);
      // A server may give the whole chain or one link of it.
      for (let link = 0; link < longestChain; link += 1) {
        const here = answers.filter((answer) => sameName(answer.name, current));
        const address = here.find(isA);
        if (address !== undefined) {
          ttl = Math.min(ttl, address.ttl ?? 0);
          this.#cache.set(name, { address: address.data, until: performance.now() + ttl * 1000 });
          return address.data;
        }
        const alias = here.find(isCname);
        if (alias === undefined) {
          if (link === 0) throw new Error(`${current} has no address`);
          break;
        }
        ttl = Math.min(ttl, alias.ttl ?? 0);
        current = alias.data;
      }
    }
    throw new Error(`${name} leads through more than ${longestChain} CNAMEs`);
  }

  async #ask(name: string): Promise<DecodedPacket> {
    let failure: unknown;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      try {
        const answer = await this.#exchange(name);
        const code = "rcode" in answer ? String(answer.rcode) : "NOERROR";
        if (code !== "NOERROR") throw new Error(`${name}: the DNS server says ${code}`);
        return answer;
      } catch (error) {
        failure = error;
        if (!(error instanceof NoAnswer)) break;
      }
    }
    throw failure;
  }

  #exchange(name: string): Promise<DecodedPacket> {
    const id = randomInt(65_536);
    const { host, port } = this.#server;
    const query = packet.encode({
      type: "query",
      id,
      flags: packet.RECURSION_DESIRED,
      questions: [{ type: "A", name }],
    });
    return new Promise((resolve, reject) => {
      const socket = createSocket("udp4");
      const finish = (outcome: () => void): void => {
        clearTimeout(timer);
        socket.close();
        outcome();
      };
      const timer = setTimeout(() => finish(() => reject(new NoAnswer(name, host, port))), this.#timeoutMs);
      socket.once("error", (error) => finish(() => reject(error)));
      socket.on("message", (message) => {
        let answer: DecodedPacket;
        try {
          answer = packet.decode(message);
        } catch {
          return;
        }
        if (answer.id === id) finish(() => resolve(answer));
      });
      socket.send(query, port, host);
    });
  }
}

class NoAnswer extends Error {
  constructor(name: string, host: string, port: number) {
    super(`${name}: the DNS server ${host}:${port} does not answer`);
  }
}

function isA(answer: Answer): answer is StringAnswer & { type: "A" } {
  return answer.type === "A";
}

function isCname(answer: Answer): answer is StringAnswer & { type: "CNAME" } {
  return answer.type === "CNAME";
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase().replace(/\.$/, "") === other.toLowerCase().replace(/\.$/, "");
}
