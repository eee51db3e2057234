import { describe, expect, it } from "vitest";
import { metadataNames } from "../../../../automation/adapters/objects/object-store.ts";
import { syncObjects } from "../../../../automation/adapters/objects/sync.ts";
import { DriverError } from "../../../../automation/domain/errors.ts";
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
