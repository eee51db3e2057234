import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { packFunctions } from "./pack.ts";

/** Where the component that deploys the functions finds them. Tracked: `pulumi up` needs no bundler. */
const directory = resolve(import.meta.dirname, "../../components/azure/failover-functions-package");

const files = await packFunctions();
await mkdir(directory, { recursive: true });
for (const name of await readdir(directory)) if (!(name in files)) await rm(join(directory, name), { recursive: true });
for (const [name, content] of Object.entries(files)) {
  await writeFile(join(directory, name), content);
  process.stdout.write(`${name}: ${content.length} bytes\n`);
}
