import { parse } from "yaml";
import program from "../../../stacks/index.ts";
import { azure } from "./azure-clouds.ts";
import { type Recording, record } from "./component.ts";

export { holdersOf, one, type Registered } from "./component.ts";
export type Deployment = Recording;

/** At rest, whatever a sandbox that runs from this clone has switched by now. */
const atRest = { "pilotlight:activeSite": "primary", "pilotlight:drActive": "false" };

/** What a driver adds with a move. */
const written = ["pilotlight:epoch", "pilotlight:movedBy", "pilotlight:movedAt"];

/** The stack file's config in the form in which the engine hands it over: text, structured values as JSON. */
export function configOf(yaml: string): Record<string, string> {
  const { config } = parse(yaml) as { config: Record<string, unknown> };
  const switches = Object.entries(atRest).filter(([key]) => key in config);
  const rest = Object.entries(config).filter(([key]) => !written.includes(key));
  return Object.fromEntries(
    [...rest, ...switches].map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** Runs the whole program against mocks; nothing but what the SDK itself does is between it and the recorder. */
export function deploy(stack: string, config: Readonly<Record<string, string>>): Promise<Deployment> {
  return record(program, { ...azure, stack, config });
}
