import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BlobStore } from "../../../../automation/adapters/objects/blob-store.ts";
import { S3Store } from "../../../../automation/adapters/objects/s3-store.ts";
import { syncObjects } from "../../../../automation/adapters/objects/sync.ts";
import { cacheRoot } from "../../../../sandbox/toolchain/cache.ts";
import { motoPart } from "../../../../sandbox/toolchain/parts/moto.ts";

const projectRoot = resolve(import.meta.dirname, "../../../..");
const moto = await motoPart({
  cacheRoot: cacheRoot(process.env),
  definitions: join(projectRoot, "sandbox", "toolchain"),
  environment: process.env,
}).locate();

const soon = (): AbortSignal => AbortSignal.timeout(20_000);
const s3Host = "127.18.252.1";
const blobHost = "127.28.252.1";
const s3Endpoint = `http://${s3Host}:4566`;
const account = "devstoreaccount1";
const accountKey = Buffer.from("any key will do here").toString("base64");

describe.skipIf(moto === undefined)("S3 (moto) and Blob (Azurite)", () => {
  const children: ChildProcess[] = [];
  let directory: string;
  let s3: S3Store;
  let blob: BlobStore;
  let s3Client: S3Client;
  let service: BlobServiceClient;

  const start = async (command: string, args: readonly string[], host: string, port: number): Promise<void> => {
    const env = { ...process.env, AZURITE_ACCOUNTS: `${account}:${accountKey}` };
    const child = spawn(command, [...args], { stdio: "ignore", env });
    children.push(child);
    for (;;) {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
      const socket = connect({ host, port });
      const open = await Promise.race([
        once(socket, "connect").then(() => true),
        once(socket, "error").then(() => false),
      ]).catch(() => false);
      socket.destroy();
      if (open) return;
      await sleep(50);
    }
  };

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
    directory = await mkdtemp(join(tmpdir(), "pilotlight-objects-"));
    const azurite = [
      join(projectRoot, "node_modules/azurite/dist/src/blob/main.js"),
      "--blobHost",
      blobHost,
      "--blobPort",
      "10000",
    ];
    await Promise.all([
      start(moto ?? "", ["-H", s3Host, "-p", "4566"], s3Host, 4566),
      start(
        process.execPath,
        [...azurite, "--location", directory, "--silent", "--skipApiVersionCheck", "--disableTelemetry"],
        blobHost,
        10000,
      ),
    ]);
    s3Client = new S3Client({ region: "eu-central-1", endpoint: s3Endpoint, forcePathStyle: true });
    await s3Client.send(
      new CreateBucketCommand({ Bucket: "shop", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
    );
    const endpoint = `http://${blobHost}:10000/${account}`;
    service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(account, accountKey));
    await service.createContainer("shop");
    s3 = new S3Store({ bucket: "shop", region: "eu-central-1", endpoint: s3Endpoint });
    blob = new BlobStore({ endpoint, account, accountKey, container: "shop" });
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  });

  it("go over with type and metadata, small and large, and nothing goes twice or comes back", async () => {
    const put = (Key: string, Body: string | Buffer) =>
      s3Client.send(
        new PutObjectCommand({ Bucket: "shop", Key, Body, ContentType: "text/css", Metadata: { "made-by": "ann" } }),
      );
    await Promise.all([
      put("a/ü b.txt", "hello"),
      put("empty", Buffer.alloc(0)),
      put("large", Buffer.alloc(9 * 1024 * 1024, 7)),
    ]);
    expect(await syncObjects(s3, blob, soon())).toMatchObject({ examined: 3, copied: 3, bytes: 9 * 1024 * 1024 + 5 });
    expect(await syncObjects(s3, blob, soon())).toMatchObject({ copied: 0 });
    expect(await syncObjects(blob, s3, soon())).toMatchObject({ copied: 0, onlyAtDestination: 0 });
    const found = await service.getContainerClient("shop").getBlobClient("a/ü b.txt").getProperties();
    expect(found.contentType).toBe("text/css");
    expect((await blob.head("large", soon()))?.md5).toBe((await s3.head("large", soon()))?.md5);
  });

  it("overwrite nothing and hold up nothing where some cannot go over", async () => {
    const put = (Key: string, Body: string, more: object = {}) =>
      s3Client.send(new PutObjectCommand({ Bucket: "shop", Key, Body, ...more }));
    const fine = ["reports/a.csv", "logs/today", "a+b %20.txt", "x//y", "folder/", "tariffs & <more>?#"];
    const odd = ["./reports/a.csv", "logs/./today", "ends.with.dot.", "back\\slash"];
    for (const key of [...fine, ...odd]) await put(`odd/${key}`, `of ${key}`);
    await put("./odd/reports/a.csv", "another");
    for (const StorageClass of ["GLACIER", "DEEP_ARCHIVE", "GLACIER_IR", "STANDARD_IA"]) {
      await put(`class/${StorageClass}`, "x", { StorageClass });
    }
    const first = await syncObjects(s3, blob, soon());
    const refused = first.notCopied?.first.map(({ key }) => key).sort();
    expect(refused).toEqual(
      [...odd.map((key) => `odd/${key}`), "./odd/reports/a.csv", "class/GLACIER", "class/DEEP_ARCHIVE"].sort(),
    );
    for (const key of fine) {
      const there = await service.getContainerClient("shop").getBlobClient(`odd/${key}`).downloadToBuffer();
      expect(there.toString()).toBe(`of ${key}`);
    }
    expect(await blob.head("class/GLACIER_IR", soon())).toBeDefined();
    expect(await syncObjects(s3, blob, soon())).toMatchObject({ copied: 0, notCopied: { count: 7 } });
    expect(await syncObjects(blob, s3, soon())).toMatchObject({ copied: 0 });
    for await (const { key } of s3.list(soon())) {
      if (/^(\.\/)?(odd|class)\//.test(key)) await s3Client.send(new DeleteObjectCommand({ Bucket: "shop", Key: key }));
    }
    for await (const { key } of blob.list(soon())) {
      if (/^(odd|class)\//.test(key)) await service.getContainerClient("shop").deleteBlob(key);
    }
  });

  it("come back with what the standby wrote", async () => {
    const container = service.getContainerClient("shop");
    await container.getBlockBlobClient("a/ü b.txt").upload("changed", 7);
    await container.getBlockBlobClient("new").upload("new", 3, { metadata: { Kind: "x" } });
    expect(await syncObjects(blob, s3, soon())).toMatchObject({ examined: 4, copied: 2 });
    const back = await s3Client.send(new GetObjectCommand({ Bucket: "shop", Key: "a/ü b.txt" }));
    expect(await back.Body?.transformToString()).toBe("changed");
    expect(await syncObjects(s3, blob, soon())).toMatchObject({ copied: 0 });
    expect(await syncObjects(blob, s3, soon())).toMatchObject({ copied: 0 });
  });

  it("tell a version that is gone, a missing bucket, a wrong key and nobody there", async () => {
    for (const store of [s3, blob]) {
      const object = await store.head("new", soon());
      if (object === undefined) throw new Error("missing");
      const old = { ...object, tag: `${object.tag.split(":")[0]}:"0x0"` };
      await expect(store.get(old, soon())).rejects.toMatchObject({ code: "conflict", retryable: true });
      expect(await store.head("nothing", soon())).toBeUndefined();
    }
    const list = async (store: S3Store | BlobStore) => {
      for await (const _ of store.list(soon()));
    };
    const region = "eu-central-1";
    await expect(list(new S3Store({ bucket: "none", region, endpoint: s3Endpoint }))).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(list(new S3Store({ bucket: "shop", region, endpoint: "http://127.0.0.1:1" }))).rejects.toMatchObject({
      code: "unreachable",
    });
    const wrong = {
      endpoint: `http://${blobHost}:10000/${account}`,
      account,
      container: "shop",
      accountKey: Buffer.from("stolen").toString("base64"),
    };
    const error = await list(new BlobStore(wrong)).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "denied", retryable: false });
    expect(JSON.stringify(error)).not.toContain(wrong.accountKey);
  });

  it("store a large object in parts on S3", async () => {
    const size = 70 * 1024 * 1024;
    const chunk = Buffer.alloc(1024 * 1024, 3);
    const body = Readable.from(
      (function* () {
        for (let index = 0; index < 70; index++) yield chunk;
      })(),
      { objectMode: false },
    );
    const details = { contentType: "x/y", contentEncoding: undefined, cacheControl: undefined, metadata: {} };
    await s3.put({ key: "parts", body, size, md5: undefined, copyOf: "blob:1", details }, soon());
    expect(await s3.head("parts", soon())).toMatchObject({ size, copyOf: "blob:1", md5: undefined });
  });
});
