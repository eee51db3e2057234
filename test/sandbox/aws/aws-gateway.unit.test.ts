import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseApiCall } from "../../../sandbox/aws/api-call.ts";
import { awsFault } from "../../../sandbox/aws/api-faults.ts";
import { compactObjects } from "../../../sandbox/aws/compact-objects.ts";
import type { LoggedRequest } from "../../../sandbox/aws/logged-request.ts";
import { unsigned } from "../../../sandbox/aws/moto-client.ts";
import { parseRecordSets } from "../../../sandbox/aws/record-sets.ts";
import { inMemoryLimit, receiveBody } from "../../../sandbox/aws/request-body.ts";
import { RequestLog } from "../../../sandbox/aws/request-log.ts";

async function scratch(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "pilotlight-front-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const signed = (service: string) => ({ authorization: unsigned("key", "eu-west-1", service) });

describe("an API call", () => {
  it.each([
    ["ec2", "Action=DescribeVpcs", false],
    ["ec2", "Action=CreateVpc", true],
    ["rds", "Action=ModifyDBInstance", true],
  ])("of the query protocol: %s %s", (service, form, mutating) => {
    const call = parseApiCall("POST", "/", signed(service), form);
    expect(call).toMatchObject({ service, region: "eu-west-1", mutating });
  });
  it("of the JSON protocol", () => {
    const headers = (action: string) => ({ ...signed("kms"), "x-amz-target": `TrentService.${action}` });
    expect(parseApiCall("POST", "/", headers("CreateKey"), undefined)).toMatchObject({ mutating: true });
    expect(parseApiCall("POST", "/", headers("Decrypt"), undefined)).toMatchObject({ mutating: false });
  });
  it("of the REST protocol, also presigned", () => {
    expect(parseApiCall("GET", "/clusters/a", signed("eks"), undefined)).toMatchObject({
      service: "eks",
      mutating: false,
    });
    const credential = encodeURIComponent("key/20260101/us-west-2/s3/aws4_request");
    const call = parseApiCall("PUT", `/bucket/key?X-Amz-Credential=${credential}`, {}, undefined);
    expect(call).toMatchObject({ service: "s3", region: "us-west-2", mutating: true });
  });
});

describe("bodies", () => {
  it("stay in memory when small, go to a file when large", async () => {
    const path = join(await scratch(), "body");
    const small = await receiveBody(Readable.from([Buffer.from("ab"), Buffer.from("c")]), path);
    expect(small).toEqual({ kind: "memory", bytes: Buffer.from("abc"), length: 3 });
    const chunks = Array.from({ length: 5 }, (_, at) => Buffer.alloc(inMemoryLimit / 2, at));
    const large = await receiveBody(Readable.from(chunks), path);
    expect(large).toEqual({ kind: "file", path, length: 2.5 * inMemoryLimit });
    expect(await readFile(path)).toEqual(Buffer.concat(chunks));
  });
});

describe("the request log", () => {
  const entry = { at: 1, method: "POST", path: "/", headers: {}, status: 200 };
  const body = { kind: "memory" as const, bytes: Buffer.from("x"), length: 1 };

  it("gives back what was appended, and goes on counting", async () => {
    const directory = await scratch();
    const log = new RequestLog(directory);
    await log.load();
    await log.append({ ...entry, sequence: log.nextSequence() }, body);
    await log.append({ ...entry, sequence: log.nextSequence() }, body);
    await log.close();
    const again = new RequestLog(directory);
    expect((await again.load()).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(again.nextSequence()).toBe(3);
    await again.close();
  });

  it("drops a last line that a crash cut short, and bodies that nobody refers to", async () => {
    const directory = await scratch();
    const log = new RequestLog(directory);
    await log.load();
    await log.append({ ...entry, sequence: 1 }, body);
    await log.close();
    const path = join(directory, "requests.jsonl");
    const whole = await readFile(path, "utf8");
    await writeFile(path, `${whole}{"sequence":2,"at"`);
    await writeFile(join(log.bodiesDirectory, "orphan"), "x");
    const again = new RequestLog(directory);
    expect(await again.load()).toHaveLength(1);
    await again.append({ ...entry, sequence: 2 }, body);
    await again.close();
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(3);
    expect(await readdir(log.bodiesDirectory)).toEqual([]);
  });
});

describe("compaction", () => {
  let sequence = 0;
  const request = (method: string, path: string, headers = {}): LoggedRequest => {
    sequence += 1;
    return { sequence, at: 0, method, path, headers: { ...signed("s3"), ...headers }, bodyLength: 0, status: 200 };
  };
  it("keeps the last change of each object", () => {
    const all = [
      request("PUT", "/b"),
      request("PUT", "/b/a?x-id=PutObject"),
      request("PUT", "/b/a"),
      request("PUT", "/b/c"),
    ];
    expect(compactObjects(all)).toEqual([all[0], all[2], all[3]]);
    const removed = [...all, request("DELETE", "/b/c")];
    expect(compactObjects(removed)).toEqual([removed[0], removed[2], removed[4]]);
  });
  it.each([
    ["versions", "PUT", "/b?versioning", {}],
    ["a copy", "PUT", "/other/x", { "x-amz-copy-source": "/b/a" }],
    ["parts", "POST", "/b/a?uploads", {}],
    ["conditions", "PUT", "/b/a", { "if-match": "x" }],
  ])("leaves a bucket with %s alone", (_, method, path, headers) => {
    const all = [request("PUT", "/b/a"), request(method, path, headers), request("PUT", "/b/a")];
    expect(compactObjects(all)).toEqual(all);
  });
});

it("turns record sets into DNS records", () => {
  const set = (inner: string) => `<ResourceRecordSet>${inner}</ResourceRecordSet>`;
  const value = (text: string) => `<ResourceRecord><Value>${text}</Value></ResourceRecord>`;
  const failover = (role: string, address: string) =>
    set(
      `<Name>f.a.test.</Name><Type>A</Type><Failover>${role}</Failover><TTL>1</TTL>${value(address)}<HealthCheckId>${role}-1</HealthCheckId>`,
    );
  const weighted = (weight: number, address: string) =>
    set(`<Name>w.a.test.</Name><Type>A</Type><Weight>${weight}</Weight><TTL>1</TTL>${value(address)}`);
  const xml = [
    set(`<Name>a.test.</Name><Type>SOA</Type><TTL>900</TTL>${value("{'Value': 'ns. host. 1 2 3 4 5'}")}`),
    set(`<Name>\\052.a.test.</Name><Type>A</Type><TTL>5</TTL>${value("127.0.0.1")}${value("127.0.0.2")}`),
    set(`<Name>t.a.test.</Name><Type>TXT</Type><TTL>5</TTL>${value('"one" "two"')}`),
    set("<Name>x.a.test.</Name><Type>A</Type><AliasTarget><DNSName>lb.test.</DNSName></AliasTarget>"),
    set(`<Name>m.a.test.</Name><Type>MX</Type><TTL>5</TTL>${value("10 mail.test.")}`),
    failover("SECONDARY", "127.0.0.4"),
    failover("PRIMARY", "127.0.0.3"),
    weighted(0, "127.0.0.5"),
    weighted(10, "127.0.0.6"),
  ].join("");
  const { records, failovers } = parseRecordSets(xml);
  expect(records).toEqual([
    { name: "a.test", type: "SOA", ttl: 900, data: "ns. host. 1 2 3 4 5" },
    { name: "*.a.test", type: "A", ttl: 5, data: "127.0.0.1" },
    { name: "*.a.test", type: "A", ttl: 5, data: "127.0.0.2" },
    { name: "t.a.test", type: "TXT", ttl: 5, data: "onetwo" },
    { name: "x.a.test", type: "CNAME", ttl: 60, data: "lb.test" },
    { name: "w.a.test", type: "A", ttl: 1, data: "127.0.0.6" },
  ]);
  const side = (role: string, data: string) => ({
    healthCheck: `${role}-1`,
    records: [{ name: "f.a.test", type: "A", ttl: 1, data }],
  });
  expect(failovers).toEqual([
    { name: "f.a.test", primary: side("PRIMARY", "127.0.0.3"), secondary: side("SECONDARY", "127.0.0.4") },
  ]);
});

it.each([
  ["s3", 503, "SlowDown"],
  ["ec2", 503, "RequestLimitExceeded"],
  ["rds", 400, "Throttling"],
  ["eks", 400, "ThrottlingException"],
])("a throttled API of %s says so in the service's own words", (service, status, code) => {
  expect(awsFault(service, "throttle")).toMatchObject({ status, code });
  expect(awsFault(service, "fail")).toMatchObject({ status: 503 });
});
