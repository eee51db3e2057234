import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BlobStore } from "../../../../automation/adapters/objects/blob-store.ts";
import { type LocalServer, serve } from "../../../support/local-server.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);

describe("the address of a blob", () => {
  let server: LocalServer;
  let asked: string[] = [];
  beforeAll(async () => {
    server = await serve((request, response) => {
      asked.push(decodeURIComponent((request.url ?? "").split("?")[0] ?? ""));
      request.resume();
      request.on("end", () =>
        response
          .writeHead(request.method === "PUT" ? 201 : 200, {
            ...{ etag: '"0x1"', "last-modified": new Date().toUTCString(), "x-ms-request-server-encrypted": "true" },
          })
          .end(),
      );
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const store = () =>
    new BlobStore({
      ...{ endpoint: `${server.url}/orders`, account: "orders", container: "shop" },
      accountKey: Buffer.from("any key").toString("base64"),
    });
  const put = (key: string) => {
    asked = [];
    const details = { contentType: "text/plain", contentEncoding: undefined, cacheControl: undefined, metadata: {} };
    const body = Readable.from([Buffer.from("x")], { objectMode: false });
    return store().put({ key, body, size: 1, md5: undefined, copyOf: "s3:1", details }, soon());
  };

  it.each([
    ...[
      "a",
      "a/b.txt",
      "reports/",
      "a//b",
      "/a",
      "//",
      ".hidden",
      "..a",
      "a..b/c",
      "a/...b",
      " a ",
      "a b",
      "~",
      "A+B=C&D",
    ],
    ...[
      "50%",
      "%2e%2e/a",
      "a/%2E/b",
      "a?b#c",
      "a;b@c:d",
      "äöü/日本語/😀",
      "e\u0301",
      "a'b\"c",
      "a|b<c>d",
      "$root",
      "a/web.config",
    ],
  ])("is that of its key: %j", async (key) => {
    await put(key);
    await store().head(key, soon());
    expect(asked).not.toEqual([]);
    for (const address of asked) expect(address).toBe(`/orders/shop/${key}`);
  });

  it.each([
    ...[
      ".",
      "..",
      "./a",
      "../a",
      "a/./b",
      "a/../b",
      "a/..",
      "a/.",
      "../../other/secret",
      "a/../../other",
      "/..",
      "x/../../y",
    ],
    ...[
      "a.",
      "a./b",
      "a/b...",
      "...",
      "a\\b",
      "a\\..\\b",
      "",
      "a\u0000b",
      "a\nb",
      "tab\t",
      "\u007f",
      "\u0085",
      "\ufffe",
      "\ud800",
    ],
    ...["x".repeat(1025), "a/".repeat(254)],
  ])("is refused for %j, by name and before anything is asked", async (key) => {
    const error = { code: "refused", retryable: false, message: expect.stringContaining(JSON.stringify(key)) };
    await expect(put(key)).rejects.toMatchObject(error);
    await expect(store().head(key, soon())).rejects.toMatchObject(error);
    expect(asked).toEqual([]);
    expect(store().keyProblem(key)).toContain(JSON.stringify(key));
  });
});
