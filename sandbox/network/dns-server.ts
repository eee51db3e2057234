import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import type { Dns, DnsRecord, HostPort } from "../contracts/contracts.ts";
import { answerMessage } from "./dns-message.ts";
import { DnsData } from "./dns-zone.ts";

/** Suffixes whose every name the sandbox answers for: a load balancer that is gone does not exist, rather than being somebody else's. */
export const cloudSuffixes: readonly string[] = ["amazonaws.com", "cloudapp.azure.com", "trafficmanager.net"];

/** A TCP client that says nothing is dropped after this. */
const idleMs = 10_000;

/** The sandbox's name server, UDP and TCP on one address. It belongs to no cloud: region faults leave it alone. */
export class DnsServer implements Dns {
  readonly #data = new DnsData(cloudSuffixes);
  readonly #sockets = new Set<Socket>();
  readonly #ports: readonly number[];
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;
  #address: HostPort;

  /** `ports` are tried in order: 53 needs a privilege, and 5353 would be multicast DNS, which desktops take on every address. */
  constructor(host: string, ports: readonly number[] = [53, 10053]) {
    this.#ports = ports;
    this.#address = { host, port: ports[0] ?? 53 };
  }

  get address(): HostPort {
    return this.#address;
  }

  set(owner: string, records: readonly DnsRecord[]): void {
    this.#data.set(owner, records);
  }

  setDynamic(owner: string, name: string, answer: () => readonly DnsRecord[]): void {
    this.#data.setDynamic(owner, name, answer);
  }

  remove(owner: string): void {
    this.#data.remove(owner);
  }

  resolve(name: string): string | undefined {
    return this.#data.resolve(name);
  }

  /** Throws when no port can be bound. */
  async start(): Promise<void> {
    const { host } = this.#address;
    const problems: string[] = [];
    for (const port of this.#ports) {
      try {
        await this.#listen({ host, port });
        this.#address = { host, port };
        return;
      } catch (error) {
        await this.stop();
        problems.push(error instanceof Error ? error.message : String(error));
      }
    }
    throw new Error(`the DNS server cannot listen on ${host}: ${problems.join("; ")}`);
  }

  async stop(): Promise<void> {
    const udp = this.#udp;
    const tcp = this.#tcp;
    this.#udp = undefined;
    this.#tcp = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([
      new Promise<void>((resolve) => (udp === undefined ? resolve() : udp.close(() => resolve()))),
      new Promise<void>((resolve) => (tcp?.listening === true ? tcp.close(() => resolve()) : resolve())),
    ]);
  }

  async #listen({ host, port }: HostPort): Promise<void> {
    const udp = createSocket("udp4");
    await new Promise<void>((resolve, reject) => {
      udp.once("error", reject);
      udp.bind({ address: host, port, exclusive: true }, () => {
        udp.off("error", reject);
        resolve();
      });
    });
    this.#udp = udp;
    udp.on("error", () => undefined);
    udp.on("message", (query, from) => {
      const answer = this.#answer(query, "udp");
      if (answer !== undefined) udp.send(answer, from.port, from.address, () => undefined);
    });
    const tcp = createServer((socket) => this.#serve(socket));
    await new Promise<void>((resolve, reject) => {
      tcp.once("error", reject);
      tcp.listen({ host, port: udp.address().port }, () => {
        tcp.off("error", reject);
        resolve();
      });
    });
    tcp.on("error", () => undefined);
    this.#tcp = tcp;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(idleMs, () => socket.destroy());
    let pending = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const length = pending.readUInt16BE(0);
        const answer = this.#answer(pending.subarray(2, 2 + length), "tcp");
        pending = pending.subarray(2 + length);
        if (answer === undefined) {
          socket.destroy();
          return;
        }
        const size = Buffer.alloc(2);
        size.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([size, answer]));
      }
    });
  }

  /** A record that cannot be put on the wire must not end the server: the client gets no answer. */
  #answer(query: Buffer, transport: "udp" | "tcp"): Buffer | undefined {
    try {
      return answerMessage(this.#data, query, transport);
    } catch {
      return undefined;
    }
  }
}
