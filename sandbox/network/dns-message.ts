import packet, { type Answer, type Packet } from "dns-packet";
import type { DnsRecord } from "../contracts/contracts.ts";
import { canonicalName, type DnsData } from "./dns-zone.ts";

const codes = { NOERROR: 0, FORMERR: 1, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
/** What a client without EDNS takes over UDP, in bytes. */
const plainUdpBytes = 512;
/** What we send over UDP at most. */
const largestUdpBytes = 1232;

/**
 * The wire answer to a wire query; undefined when it cannot be read at all or is itself an answer. Over UDP an answer
 * that does not fit is cut (TC), so that the client asks again over TCP.
 */
export function answerMessage(data: DnsData, query: Buffer, transport: "udp" | "tcp"): Buffer | undefined {
  let request: Packet;
  try {
    request = packet.decode(query);
  } catch {
    return undefined;
  }
  if (request.type === "response") return undefined;
  const [question] = request.questions ?? [];
  const operation = ((request.flags ?? 0) >> 11) & 0xf;
  if (operation !== 0) return encode(request, codes.NOTIMP, {});
  if (question === undefined || request.questions?.length !== 1) return encode(request, codes.FORMERR, {});

  const found = data.answer(question.name, question.type);
  const asAsked = (record: DnsRecord): DnsRecord =>
    record.name === canonicalName(question.name) ? { ...record, name: question.name } : record;
  const full = encode(request, codes[found.code], {
    answers: found.answers.map((record) => toWire(asAsked(record))),
    authorities: found.authorities.map(toWire),
  });
  if (transport === "tcp" || full.length <= udpLimit(request)) return full;
  return encode(request, codes[found.code], { truncated: true });
}

interface Sections {
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly truncated?: boolean;
}

function encode(request: Packet, code: number, sections: Sections): Buffer {
  const authoritative = code === codes.NOERROR || code === codes.NXDOMAIN ? packet.AUTHORITATIVE_ANSWER : 0;
  const asksRecursion = (request.flags ?? 0) & packet.RECURSION_DESIRED;
  // Resolvers of applications expect "recursion available" from the server they were told to use.
  const flags =
    code |
    authoritative |
    asksRecursion |
    packet.RECURSION_AVAILABLE |
    (sections.truncated === true ? packet.TRUNCATED_RESPONSE : 0);
  return packet.encode({
    type: "response",
    id: request.id ?? 0,
    flags,
    questions: [...(request.questions ?? [])],
    answers: [...(sections.answers ?? [])],
    authorities: [...(sections.authorities ?? [])],
    additionals: optOf(request) === undefined ? [] : [{ ...emptyOpt }],
  });
}

const emptyOpt: Answer = {
  type: "OPT",
  name: ".",
  udpPayloadSize: largestUdpBytes,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

function optOf(request: Packet): (Answer & { type: "OPT" }) | undefined {
  return request.additionals?.find((record) => record.type === "OPT");
}

function udpLimit(request: Packet): number {
  return Math.min(Math.max(optOf(request)?.udpPayloadSize ?? plainUdpBytes, plainUdpBytes), largestUdpBytes);
}

function toWire(record: DnsRecord): Answer {
  const { name, ttl } = record;
  const bare = record.data.replace(/\.$/, "");
  switch (record.type) {
    case "A":
      return { type: "A", name, ttl, data: record.data };
    case "CNAME":
      return { type: "CNAME", name, ttl, data: bare };
    case "NS":
      return { type: "NS", name, ttl, data: bare };
    case "TXT":
      // Route 53 keeps the quotes of the zone file.
      return { type: "TXT", name, ttl, data: [record.data.replace(/^"(.*)"$/s, "$1")] };
    case "SOA":
      return { type: "SOA", name, ttl, data: soaData(record.data) };
  }
}

/** `mname rname serial refresh retry expire minimum`, as in a zone file. */
function soaData(text: string) {
  const [mname = "", rname = "", ...numbers] = text.trim().split(/\s+/);
  const [serial = 1, refresh = 7200, retry = 900, expire = 1_209_600, minimum = 60] = numbers.map(Number);
  return { mname: mname.replace(/\.$/, ""), rname: rname.replace(/\.$/, ""), serial, refresh, retry, expire, minimum };
}
