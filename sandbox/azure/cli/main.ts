import { Arm, AzRequestError } from "./arm.ts";
import { commands } from "./commands.ts";
import { readOptions } from "./options.ts";
import { print } from "./print.ts";
import { AzUsageError } from "./usage-error.ts";

/** The sandbox's `az`: 0 done, 1 failed, 2 a command or option that it does not have, 3 not found; as the real one. */
async function run(argv: readonly string[]): Promise<number> {
  const length = argv.findIndex((argument) => argument.startsWith("-"));
  const words = length < 0 ? argv : argv.slice(0, length);
  const command = words.join(" ");
  try {
    const found = commands[command];
    if (found === undefined) {
      const known = Object.keys(commands).map((each) => `az ${each}`);
      throw new AzUsageError(`'az ${command}' is not in the sandbox's az, which has: ${known.join(", ")}`);
    }
    const options = readOptions(command, found.options, argv.slice(words.length));
    const answer = await found.run(new Arm(process.env), options);
    process.stdout.write(print(answer, options.output?.[0] ?? "json", options.query?.[0]));
    return 0;
  } catch (error) {
    process.stderr.write(`ERROR: ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof AzUsageError) return 2;
    return error instanceof AzRequestError && error.status === 404 ? 3 : 1;
  }
}

process.exitCode = await run(process.argv.slice(2));
