import { ControlClient } from "../../contracts/control-client.ts";
import { type FaultCommand, faultCommandSchema } from "../../contracts/fault-command.ts";
import { UsageError } from "../../contracts/world.ts";
import { say, worldHere } from "./shared.ts";

/** Sets or ends a fault. `command` is checked first, so that bad arguments never reach the supervisor. */
export async function fault(command: FaultCommand): Promise<number> {
  const checked = faultCommandSchema.safeParse(command);
  if (!checked.success) {
    throw new UsageError(checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
  }
  const began = performance.now();
  await new ControlClient(worldHere()).fault(checked.data);
  say(`${sentence(checked.data)} (${Math.round(performance.now() - began)} ms, ${new Date().toISOString()})`);
  return 0;
}

function sentence(command: FaultCommand): string {
  switch (command.kind) {
    case "region":
      return `Region ${command.cloud} is ${command.state}.`;
    case "link":
      return command.fault === "heal"
        ? `The link ${command.from} -> ${command.to} works.`
        : `The link ${command.from} -> ${command.to} is ${command.fault}${command.delayMs === undefined ? "" : ` by ${command.delayMs} ms each way`}.`;
    case "capacity":
      return command.action === "heal"
        ? `Azure no longer refuses ${command.vmSize === "all" ? "any size" : command.vmSize} by name.`
        : `Azure has no room for ${command.vmSize === "all" ? "nodes of any size" : command.vmSize}.`;
    case "api": {
      const which =
        command.service === "all" ? `The ${command.cloud} API` : `${command.service} of the ${command.cloud} API`;
      const how = { throttle: "throttles", fail: "fails", heal: "answers as it should" }[command.action];
      return `${which} ${how}${command.share === undefined ? "" : ` ${Math.round(command.share * 100)} % of calls`}.`;
    }
    case "process":
      return `Process ${command.name}: ${command.action} done.`;
  }
}
