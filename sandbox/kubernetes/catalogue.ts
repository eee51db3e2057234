import { resolve } from "node:path";

/** Images of the sandbox: name without registry and tag, to the TypeScript program that stands for its entry point. */
const programs: Readonly<Record<string, string>> = {
  "pilotlight/service-a": "../workload/service-a.ts",
  "pilotlight/service-b": "../workload/service-b.ts",
  /** As automation/lease-agent/Dockerfile has it, without the bundling. */
  "pilotlight/lease-agent": "../../automation/lease-agent/main.ts",
  /** Answers every HTTP request with its pod's name; for tests. */
  "pilotlight/echo": "./images/echo.ts",
};

export interface ImageCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** The local command that stands for an image; undefined when the catalogue does not have it. */
export function commandOfImage(image: string): ImageCommand | undefined {
  const program = Object.hasOwn(programs, repositoryOf(image)) ? programs[repositoryOf(image)] : undefined;
  return program === undefined
    ? undefined
    : { command: process.execPath, args: [resolve(import.meta.dirname, program)] };
}

/** `registry.example:5000/a/b:1.2@sha256:…` to `a/b`. */
export function repositoryOf(image: string): string {
  const name = (image.split("@")[0] ?? "").replace(/:[^:/]*$/, "");
  const [first = "", ...rest] = name.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? rest.join("/") : name;
}

export function knownImages(): readonly string[] {
  return Object.keys(programs);
}
