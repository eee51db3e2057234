import { describe, expect, it } from "vitest";
import { blobKeyProblem } from "../../../../automation/adapters/objects/blob-key.ts";
import { objectError } from "../../../../automation/adapters/objects/errors.ts";
import { metadataNames } from "../../../../automation/adapters/objects/object-store.ts";
import { syncObjects } from "../../../../automation/adapters/objects/sync.ts";
import { DriverError } from "../../../../automation/domain/errors.ts";
import { notCopiedText } from "../../../../automation/ports/objects.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe.each([
  ["with checksums", {}, {}],
  ["without checksums, listings that tell copies", { withoutMd5: true }, { withoutMd5: true }],
  ["as S3 under KMS to Blob", { silentListing: true, withoutMd5: true }, {}],
  ["as Blob to S3 under KMS", {}, { silentListing: true, withoutMd5: true }],
])("sync of objects, %s", (_name, here, there) => {
  const stores = () => [new MemoryStore("a", here), new MemoryStore("b", there)] as const;

  it("copies what is missing, once, and never deletes", async () => {
    const [a, b] = stores();
    for (let index = 0; index < 40; index++) a.write(`k${index}`, `value ${index}`, minutesAgo(5));
    b.write("only", "x");
    expect(await syncObjects(a, b, soon())).toMatchObject({ examined: 40, copied: 40, onlyAtDestination: 1 });
    expect(b.text("k7")).toBe("value 7");
    expect(await syncObjects(a, b, soon())).toEqual({ examined: 40, copied: 0, bytes: 0, onlyAtDestination: 1 });
    // And nothing comes back as an echo.
    expect(await syncObjects(b, a, soon())).toMatchObject({ copied: 1, onlyAtDestination: 0 });
    expect(a.counts.put).toBe(1);
  });

  it("brings a change over even where our copy was made after it", async () => {
    const [a, b] = stores();
    a.write("k", "one", minutesAgo(10));
    await syncObjects(a, b, soon());
    a.write("k", "two", minutesAgo(5));
    expect(await syncObjects(a, b, soon())).toMatchObject({ copied: 1 });
    expect(b.text("k")).toBe("two");
  });

  it("keeps what the application wrote over a copy, in both directions", async () => {
    const [a, b] = stores();
    a.write("k", "one", minutesAgo(10));
    await syncObjects(a, b, soon());
    b.write("k", "new", minutesAgo(1));
    expect(await syncObjects(a, b, soon())).toMatchObject({ copied: 0 });
    expect(await syncObjects(b, a, soon())).toMatchObject({ copied: 1 });
    expect(a.text("k")).toBe("new");
    expect(await syncObjects(a, b, soon())).toMatchObject({ copied: 0 });
  });

  it("lets the newer of two independent objects win", async () => {
    const [a, b] = stores();
    a.write("old", "a", minutesAgo(9));
    b.write("old", "bb", minutesAgo(3));
    a.write("new", "aaa", minutesAgo(3));
    b.write("new", "bbbb", minutesAgo(9));
    await syncObjects(a, b, soon());
    expect([b.text("old"), b.text("new")]).toEqual(["bb", "aaa"]);
  });

  it("reads again what changed under its hands, passes over what went", async () => {
    const [a, b] = stores();
    a.write("k", "one", minutesAgo(5));
    a.write("gone", "x");
    a.trouble = (verb, key) => {
      if (verb !== "get") return;
      if (key === "gone") a.objects.delete("gone");
      else if (a.counts.get < 3) a.write("k", "two");
    };
    expect(await syncObjects(a, b, soon())).toMatchObject({ examined: 2, copied: 1 });
    expect(b.text("k")).toBe("two");
    expect(b.text("gone")).toBeUndefined();
  });
});

describe("sync of objects: trouble", () => {
  it("tries again what may mend, and gives up on what will not", async () => {
    const a = new MemoryStore("a");
    const b = new MemoryStore("b");
    a.write("k", "one");
    b.trouble = () => {
      if (b.counts.put < 3) throw new DriverError("unreachable", "no");
    };
    expect(await syncObjects(a, b, soon())).toMatchObject({ copied: 1 });
    a.write("j", "two");
    b.trouble = () => {
      throw new DriverError("denied", "no right");
    };
    await expect(syncObjects(a, b, soon())).rejects.toMatchObject({ code: "denied" });
    expect(b.counts.put).toBe(4);
  });

  const archived = (key: string): DriverError =>
    objectError(
      Object.assign(new Error("not valid for the object's storage class"), {
        ...{ name: "InvalidObjectState", $metadata: { httpStatusCode: 403 } },
      }),
      `get ${key} in a`,
      soon(),
    );

  it("copies all others where some are archived, and counts and names those", async () => {
    const a = new MemoryStore("a", { silentListing: true });
    const b = new MemoryStore("b");
    for (let index = 0; index < 60; index++) a.write(`archive/${index}`, "old");
    for (let index = 0; index < 200; index++) a.write(`k/${index}`, "x");
    a.trouble = (verb, key) => {
      if (verb === "get" && key.startsWith("archive/")) throw archived(key);
    };
    const result = await syncObjects(a, b, soon());
    expect(result).toMatchObject({ examined: 260, copied: 200, notCopied: { count: 60 } });
    expect(result.notCopied?.first[0]).toEqual({ key: "archive/0", reason: expect.stringContaining("archived") });
    expect(notCopiedText(result.notCopied ?? { count: 0, first: [] })).toMatch(
      /^60 objects cannot be copied: archive\/0 \(.*and 50 more$/,
    );
    // Restored by a person: the next sync takes them.
    a.trouble = () => {};
    const next = await syncObjects(a, b, soon());
    expect(next).toMatchObject({ copied: 60 });
    expect(next).not.toHaveProperty("notCopied");
  });

  it("copies all others where one cannot be read, names it, and tries it again the next time", async () => {
    const a = new MemoryStore("a");
    const b = new MemoryStore("b");
    for (let index = 0; index < 40; index++) a.write(`k/${index}`, "x");
    a.trouble = (verb, key) => {
      if (verb === "get" && key === "k/3") throw new DriverError("denied", "get k/3: 403 under another key");
    };
    await expect(syncObjects(a, b, soon())).rejects.toMatchObject({
      ...{
        code: "denied",
        retryable: false,
        message: "sync a to b: 1 object was not copied (k/3), all others were: get k/3: 403 under another key",
      },
    });
    expect(b.objects.size).toBe(39);
    a.trouble = () => {};
    expect(await syncObjects(a, b, soon())).toMatchObject({ copied: 1 });
  });

  it("ends where nothing can be copied any more instead of asking for each", async () => {
    const a = new MemoryStore("a");
    const b = new MemoryStore("b");
    for (let index = 0; index < 500; index++) a.write(`k/${index}`, "x");
    a.trouble = () => {
      throw new DriverError("denied", "no right at all");
    };
    await expect(syncObjects(a, b, soon())).rejects.toMatchObject({ code: "denied", message: "no right at all" });
    expect(a.counts.get).toBeLessThan(60);
  });

  it("does not even read what the destination cannot hold", async () => {
    const a = new MemoryStore("a");
    const b = Object.assign(new MemoryStore("b"), { keyProblem: blobKeyProblem });
    for (const key of ["./reports/a.csv", "reports/a.csv", "x/../y", "y"]) a.write(key, key);
    expect(await syncObjects(a, b, soon())).toMatchObject({ copied: 2, notCopied: { count: 2 } });
    expect([b.text("reports/a.csv"), b.text("y")]).toEqual(["reports/a.csv", "y"]);
    expect(a.counts.get).toBe(2);
  });

  it("keeps at most 16 copies under way and ends with the caller", async () => {
    const a = new MemoryStore("a");
    const b = new MemoryStore("b");
    for (let index = 0; index < 64; index++) a.write(`k${index}`, "x");
    let under = 0;
    let most = 0;
    b.put = async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 5));
      under--;
    };
    await syncObjects(a, b, soon());
    expect(most).toBe(16);
    b.put = () => new Promise(() => {});
    await expect(syncObjects(a, b, AbortSignal.timeout(50))).rejects.toMatchObject({ code: "timeout" });
  });

  it("carries large objects as a stream and refuses one that came short", async () => {
    const a = new MemoryStore("a");
    const b = new MemoryStore("b");
    a.write("big", "x".repeat(9 * 1024 * 1024));
    expect(await syncObjects(a, b, soon())).toMatchObject({ copied: 1, bytes: 9 * 1024 * 1024 });
    const stored = a.objects.get("big");
    if (stored === undefined) throw new Error("unreachable");
    a.objects.set("torn", { ...stored, info: { ...stored.info, key: "torn", size: stored.info.size + 1 } });
    await expect(syncObjects(a, b, soon())).rejects.toMatchObject({ code: "unverified" });
    expect(b.text("torn")).toBeUndefined();
  });

  it("carries any metadata name over Azure's identifiers and back", () => {
    for (const name of ["plain", "with-dash", "plx_odd", "1st"]) {
      expect(metadataNames.toIdentifier(name)).toMatch(/^[a-z_]\w*$/i);
      expect(metadataNames.fromIdentifier(metadataNames.toIdentifier(name))).toBe(name);
    }
  });
});
