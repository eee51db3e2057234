import { readFile } from "node:fs/promises";
import { agentConfigSchema } from "./agent-config.ts";
import { NodeAgent } from "./node-agent.ts";

/** The node agent of one cluster, a child process of the supervisor. Usage: main.ts CONFIG_FILE */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: main.ts CONFIG_FILE");
const agent = new NodeAgent(agentConfigSchema.parse(JSON.parse(await readFile(file, "utf8"))));

process.once("SIGTERM", () => {
  // The supervisor kills after 10 s; an API server that is gone already must not make that necessary.
  setTimeout(() => process.exit(1), 8000).unref();
  agent.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
await agent.run();
