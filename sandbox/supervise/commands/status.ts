import { ControlClient, SandboxNotUp } from "../../contracts/control-client.ts";
import { readSavedWorld } from "../../contracts/world.ts";
import { say, supervisorPid, worldHere } from "./shared.ts";
import { summary } from "./summary.ts";

/** Prints what runs and which faults are in force. Exit code 1 when the sandbox is not up. */
export async function status(options: { readonly json: boolean }): Promise<number> {
  const world = worldHere();
  if (supervisorPid(world) === undefined) {
    if (options.json) say(JSON.stringify({ state: "down" }));
    else say(new SandboxNotUp().message);
    return 1;
  }
  const now = await new ControlClient(world).status();
  if (options.json) {
    say(JSON.stringify(now, undefined, 2));
    return 0;
  }
  say(`state     ${now.state} (pid ${now.pid}, instance ${now.instance}, since ${now.startedAt})`);
  say(`regions   aws ${now.regions.aws}, azure ${now.regions.azure}`);
  for (const { from, to, fault } of now.links) {
    say(`link      ${from} -> ${to} ${fault.kind}${fault.delayMs === undefined ? "" : ` ${fault.delayMs} ms`}`);
  }
  for (const vmSize of now.refusedSizes) say(`capacity  azure refuses ${vmSize}`);
  for (const { cloud, service, how, share } of now.apis)
    say(`api       ${cloud} ${service} ${how}${share === 1 ? "" : ` ${share}`}`);
  for (const { name, state, error } of now.modules)
    say(`module    ${name} ${state}${error === undefined ? "" : `: ${error}`}`);
  for (const { name, cloud, state, pid } of now.processes) {
    say(`process   ${cloud.padEnd(8)}${state.padEnd(9)}${name}${pid === undefined ? "" : ` (pid ${pid})`}`);
  }
  for (const { name, cloud, listen, connections } of now.gateways) {
    say(`gateway   ${cloud.padEnd(8)}${`${listen.host}:${listen.port}`.padEnd(22)}${name} (${connections} connected)`);
  }
  say(await summary(world, readSavedWorld(world.directory)?.environment ?? "sandbox", now));
  return 0;
}
