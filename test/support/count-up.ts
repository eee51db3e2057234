import { FileWitness } from "../../automation/adapters/witness/file-witness.ts";

/** Raises the witness's epoch so and so many times against other processes; prints how often it lost a race. */
const [directory = "", times = "0"] = process.argv.slice(2);
const witness = new FileWitness(directory);
let lost = 0;
for (let done = 0; done < Number(times); ) {
  const signal = AbortSignal.timeout(20_000);
  const current = await witness.read("shop", signal);
  const epoch = current?.epoch ?? 0;
  const next = {
    application: "shop",
    activeSite: "primary" as const,
    epoch: epoch + 1,
    protection: "protected" as const,
    updatedAt: new Date().toISOString(),
  };
  if ((await witness.compareAndSet("shop", epoch, next, signal)).ok) done++;
  else lost++;
}
console.log(lost);
