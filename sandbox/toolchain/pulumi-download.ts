import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { capture } from "./command.ts";
import { isExecutable } from "./files.ts";

export interface PulumiDownload {
  /** With its v. */
  readonly version: string;
  /** Executables are put here. */
  readonly directory: string;
  readonly report: (doing: string) => void;
  readonly signal: AbortSignal;
}

const releases = "https://get.pulumi.com/releases/sdk";
const connectTimeoutMs = 5_000;
/** No byte for so long means that the connection is dead. */
const stallTimeoutMs = 20_000;

/** Puts the official executables into `directory`. Returns why not, when it cannot; the directory is then as it was. */
export async function downloadPulumi(wanted: PulumiDownload): Promise<string | undefined> {
  const platform = platformName();
  if (platform === undefined) return `none for ${process.platform} ${process.arch}`;
  const archiveName = `pulumi-${wanted.version}-${platform}.tar.gz`;
  const archive = join(wanted.directory, "download.tar.gz");
  const unpacked = join(wanted.directory, "pulumi-release");
  try {
    const listing = await open(`${releases}/pulumi-${wanted.version.replace(/^v/, "")}-checksums.txt`, wanted.signal);
    const checksum = findChecksum(await listing.text(), archiveName);
    if (checksum === undefined) return `no checksum for ${archiveName}`;
    wanted.report("downloading");
    await save(await open(`${releases}/${archiveName}`, wanted.signal), archive, wanted);
    if ((await sha256(archive)) !== checksum) return "its checksum is wrong";
    wanted.report("unpacking");
    await unpack(archive, unpacked, wanted.directory);
    return (await isExecutable(join(wanted.directory, "pulumi"))) ? undefined : "it holds no pulumi executable";
  } catch (error) {
    wanted.signal.throwIfAborted();
    return reasonOf(error);
  } finally {
    await rm(archive, { force: true });
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** `<hex>  <file>` lines, as sha256sum writes them. */
export function findChecksum(listing: string, file: string): string | undefined {
  for (const line of listing.split("\n")) {
    const [checksum, name] = line.trim().split(/\s+\*?/);
    if (name === file && checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum)) return checksum;
  }
  return undefined;
}

/** The answer's head must come soon, so that a machine without internet goes on quickly; its body may take its time. */
async function open(url: string, signal: AbortSignal): Promise<Response> {
  const head = new AbortController();
  const timer = setTimeout(() => head.abort(new Error("no answer within 5 s")), connectTimeoutMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, head.signal]) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  } finally {
    clearTimeout(timer);
  }
}

async function save(response: Response, file: string, wanted: PulumiDownload): Promise<void> {
  if (response.body === null) throw new Error("an empty answer");
  const total = Number(response.headers.get("content-length") ?? 0);
  const stall = new AbortController();
  const fail = (): void => stall.abort(new Error("the download stalled"));
  let timer = setTimeout(fail, stallTimeoutMs);
  let received = 0;
  let shown = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer);
      timer = setTimeout(fail, stallTimeoutMs);
      received += chunk.length;
      const tenth = total > 0 ? Math.floor((received / total) * 10) : 0;
      if (tenth > shown) {
        shown = tenth;
        wanted.report(`downloading, ${tenth * 10} %`);
      }
      done(null, chunk);
    },
  });
  const signal = AbortSignal.any([wanted.signal, stall.signal]);
  try {
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(file), { signal });
  } finally {
    clearTimeout(timer);
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The archive holds one directory, `pulumi`, with the CLI and its language hosts. */
async function unpack(archive: string, unpacked: string, directory: string): Promise<void> {
  await mkdir(unpacked);
  if ((await capture("tar", ["-xzf", archive, "-C", unpacked], 120_000)) === undefined) throw new Error("tar failed");
  const release = join(unpacked, "pulumi");
  for (const name of await readdir(release)) await rename(join(release, name), join(directory, name));
}

function platformName(): string | undefined {
  const architectures: Readonly<Record<string, string>> = { x64: "x64", arm64: "arm64" };
  const architecture = architectures[process.arch];
  if (architecture === undefined || !["linux", "darwin"].includes(process.platform)) return undefined;
  return `${process.platform}-${architecture}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
