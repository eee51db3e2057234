import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import packet, { type DecodedPacket, type Packet } from "dns-packet";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DnsRecord } from "../../../sandbox/contracts/contracts.ts";
import { DnsServer } from "../../../sandbox/network/dns-server.ts";

let server: DnsServer;

beforeEach(async () => {
  server = new DnsServer("127.39.200.53", [5453]);
  await server.start();
  server.set("route53:Z1", [
    { name: "Shop.test.", type: "SOA", ttl: 900, data: "ns-1.test. hostmaster.test. 1 7200 900 1209600 60" },
    { name: "shop.test", type: "NS", ttl: 172_800, data: "ns-1.test." },
    { name: "www.shop.test", type: "CNAME", ttl: 30, data: "shop.trafficmanager.net." },
    { name: "note.shop.test", type: "TXT", ttl: 60, data: '"hello world"' },
    { name: "deep.down.shop.test", type: "A", ttl: 60, data: "127.19.1.9" },
  ]);
  server.set("elb:a", [{ name: "lb.elb.us-east-1.amazonaws.com", type: "A", ttl: 60, data: "127.19.1.1" }]);
});

afterEach(() => server.stop());

type Type = "A" | "AAAA" | "CNAME" | "TXT" | "NS" | "SOA";

function question(name: string, type: Type, more: Partial<Packet> = {}): Buffer {
  return packet.encode({
    type: "query",
    id: 77,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type, name }],
    ...more,
  });
}

async function udp(query: Buffer): Promise<DecodedPacket> {
  const socket = createSocket("udp4");
  try {
    socket.send(query, server.address.port, server.address.host);
    const [answer] = (await once(socket, "message", { signal: AbortSignal.timeout(1000) })) as [Buffer];
    return packet.decode(answer);
  } finally {
    socket.close();
  }
}

const dig = (name: string, type: Type = "A"): Promise<DecodedPacket> => udp(question(name, type));
const rows = (answer: DecodedPacket): unknown =>
  answer.answers?.map((record) =>
    "data" in record && "ttl" in record ? [record.name, record.type, record.ttl, String(record.data)] : [],
  );
const code = (answer: DecodedPacket): string => ("rcode" in answer ? String(answer.rcode) : "");

test("answers with the whole CNAME chain, the TTLs as given and the name as asked", async () => {
  let target = "lb.elb.us-east-1.amazonaws.com";
  server.setDynamic("tm", "shop.trafficmanager.net", (): DnsRecord[] => [
    { name: "shop.trafficmanager.net", type: "CNAME", ttl: 5, data: target },
  ]);
  const answer = await dig("WWW.shop.TEST");
  expect(answer.id).toBe(77);
  expect(code(answer)).toBe("NOERROR");
  expect(answer.flag_aa).toBe(true);
  expect(rows(answer)).toEqual([
    ["WWW.shop.TEST", "CNAME", 30, "shop.trafficmanager.net"],
    ["shop.trafficmanager.net", "CNAME", 5, "lb.elb.us-east-1.amazonaws.com"],
    ["lb.elb.us-east-1.amazonaws.com", "A", 60, "127.19.1.1"],
  ]);
  expect(server.resolve("www.shop.test.")).toBe("127.19.1.1");
  target = "dr.eastus.cloudapp.azure.com";
  server.set("ip:dr", [{ name: target, type: "A", ttl: 10, data: "127.29.1.1" }]);
  expect(server.resolve("www.shop.test")).toBe("127.29.1.1");
});

test("says what is not there, with the SOA of the zone", async () => {
  const absent = await dig("nope.shop.test");
  expect([code(absent), absent.answers?.length, absent.authorities?.[0]?.name]).toEqual(["NXDOMAIN", 0, "shop.test"]);
  const noData = await dig("note.shop.test", "AAAA");
  expect([code(noData), noData.answers?.length, noData.authorities?.[0]?.type]).toEqual(["NOERROR", 0, "SOA"]);
  const emptyNonTerminal = await dig("down.shop.test");
  expect([code(emptyNonTerminal), emptyNonTerminal.answers?.length]).toEqual(["NOERROR", 0]);
  const formerBalancer = await dig("gone.elb.us-east-1.amazonaws.com");
  expect([code(formerBalancer), formerBalancer.authorities?.[0]?.name]).toEqual(["NXDOMAIN", "amazonaws.com"]);
  expect(code(await dig("example.org"))).toBe("REFUSED");
});

test("a chain whose end does not exist is NXDOMAIN with the chain so far", async () => {
  const answer = await dig("www.shop.test");
  expect(code(answer)).toBe("NXDOMAIN");
  expect(answer.answers).toHaveLength(1);
  expect(server.resolve("www.shop.test")).toBeUndefined();
});

test("a loop of CNAMEs ends", async () => {
  server.set("loop", [
    { name: "a.shop.test", type: "CNAME", ttl: 1, data: "b.shop.test" },
    { name: "b.shop.test", type: "CNAME", ttl: 1, data: "a.shop.test" },
  ]);
  expect(code(await dig("a.shop.test"))).toBe("NOERROR");
});

test("gives TXT, NS and SOA records", async () => {
  expect(rows(await dig("note.shop.test", "TXT"))).toEqual([["note.shop.test", "TXT", 60, "hello world"]]);
  expect(rows(await dig("shop.test", "NS"))).toEqual([["shop.test", "NS", 172_800, "ns-1.test"]]);
  const [soa] = (await dig("shop.test", "SOA")).answers ?? [];
  expect(soa).toMatchObject({ type: "SOA", data: { mname: "ns-1.test", serial: 1, minimum: 60 } });
});

test("an owner replaces what it said, and takes it all back", async () => {
  server.set("elb:a", [{ name: "lb.elb.us-east-1.amazonaws.com", type: "A", ttl: 60, data: "127.19.1.2" }]);
  expect(rows(await dig("lb.elb.us-east-1.amazonaws.com"))).toEqual([
    ["lb.elb.us-east-1.amazonaws.com", "A", 60, "127.19.1.2"],
  ]);
  server.remove("elb:a");
  expect(code(await dig("lb.elb.us-east-1.amazonaws.com"))).toBe("NXDOMAIN");
});

test("cuts what is too long for UDP, takes EDNS sizes, and gives all over TCP", async () => {
  server.set(
    "many",
    Array.from(
      { length: 30 },
      (_, i): DnsRecord => ({ name: "many.shop.test", type: "A", ttl: 1, data: `127.19.2.${i}` }),
    ),
  );
  const cut = await dig("many.shop.test");
  expect([cut.flag_tc, cut.answers?.length]).toEqual([true, 0]);
  const edns = await udp(
    question("many.shop.test", "A", {
      additionals: [
        {
          type: "OPT",
          name: ".",
          udpPayloadSize: 4096,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    }),
  );
  expect([edns.flag_tc, edns.answers?.length, edns.additionals?.[0]?.type]).toEqual([false, 30, "OPT"]);
  const socket = connect(server.address);
  const query = packet.streamEncode({ type: "query", id: 5, questions: [{ type: "A", name: "many.shop.test" }] });
  // In two parts, as TCP may.
  socket.write(query.subarray(0, 3));
  setTimeout(() => socket.write(query.subarray(3)), 30);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    const all = Buffer.concat(chunks);
    if (all.length >= 2 + all.readUInt16BE(0)) break;
  }
  expect(packet.streamDecode(Buffer.concat(chunks)).answers).toHaveLength(30);
});

test("survives rubbish", async () => {
  const socket = createSocket("udp4");
  for (const rubbish of [Buffer.alloc(0), Buffer.from("x"), Buffer.alloc(600, 0xff)])
    socket.send(rubbish, server.address.port, server.address.host);
  expect(rows(await dig("deep.down.shop.test"))).toEqual([["deep.down.shop.test", "A", 60, "127.19.1.9"]]);
  socket.close();
});
