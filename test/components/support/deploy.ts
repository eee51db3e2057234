import { isSecret, Output, output, runtime } from "@pulumi/pulumi";
import { parse } from "yaml";
import program from "../../../stacks/index.ts";
import { answerCall, stateOf } from "./fake-clouds.ts";

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Plain values. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** JSON of the inputs as they go to the engine, secrets marked. */
  readonly wire: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  readonly dependencies: readonly string[];
}

export interface Deployment {
  readonly resources: readonly Registered[];
  /** Plain values. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Paths of outputs that are secret, e.g. `database.adminPassword`. */
  readonly secrets: readonly string[];
  /** Invokes, by token. */
  readonly calls: readonly string[];
}

/** What SDK 3.250 sends when a resource is registered; only what the tests look at. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletedwith(): string;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): unknown } | undefined;
}
type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;
interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
}

/** At rest, whatever a sandbox that runs from this clone has switched by now. */
const atRest = { "pilotlight:activeSite": "primary", "pilotlight:drActive": "false" };

/** The stack file's config in the form in which the engine hands it over: text, structured values as JSON. */
export function configOf(yaml: string): Record<string, string> {
  const { config } = parse(yaml) as { config: Record<string, unknown> };
  const switches = Object.entries(atRest).filter(([key]) => key in config);
  return Object.fromEntries(
    Object.entries({ ...config, ...Object.fromEntries(switches) }).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Runs the whole program against mocks; nothing but what the SDK itself does is between it and the recorder. */
export async function deploy(stack: string, config: Readonly<Record<string, string>>): Promise<Deployment> {
  const resources: Registered[] = [];
  const calls: string[] = [];
  const inputs = new Map<string, Record<string, unknown>>();
  await runtime.setMocks(
    {
      newResource(args) {
        const plain = Object(unwrapped(args.inputs));
        inputs.set(`${args.type}|${args.name}`, plain);
        return { id: `${args.name}-id`, state: stateOf(args.type, args.name, plain) };
      },
      call({ token, inputs: args }) {
        calls.push(token);
        return answerCall(token, args);
      },
    },
    "pilotlight",
    stack,
    false,
    "organization",
  );
  runtime.setAllConfig({ ...config });
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response) {
        resources.push({
          type: request.getType(),
          name: request.getName(),
          urn: response.getUrn(),
          inputs: inputs.get(`${request.getType()}|${request.getName()}`) ?? {},
          wire: JSON.stringify(request.getObject()?.toJavaScript() ?? {}),
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
          deletedWith: request.getDeletedwith(),
          dependencies: request.getDependenciesList(),
        });
      }
      callback(error, response);
    });
  const exported = await program();
  const secrets = await secretPaths(exported);
  const outputs = await settle(output(exported));
  await runtime.disconnect();
  return { resources, outputs, secrets, calls };
}

/** How the engine's protocol marks a secret. */
const SECRET = { key: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (Reflect.get(value, SECRET.key) === SECRET.value) return unwrapped(Reflect.get(value, "value"));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

/** Resources with `text` in an input, and those of them where it is not marked secret. */
export function holdersOf(text: string, { resources }: Deployment): { all: string[]; open: string[] } {
  const all = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(text));
  const open = all.filter(({ wire }) =>
    JSON.stringify(JSON.parse(wire), (_, value) => (isMarked(value) ? undefined : value)).includes(text),
  );
  return { all: all.map(({ name }) => name).toSorted(), open: open.map(({ name }) => name).toSorted() };
}

function isMarked(value: unknown): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, SECRET.key) === SECRET.value;
}

function settle<T>(value: Output<T>): Promise<T> {
  return new Promise((resolve) => {
    value.apply((known) => {
      resolve(known);
      return undefined;
    });
  });
}

async function secretPaths(value: unknown, path = ""): Promise<string[]> {
  if (Output.isInstance(value)) return (await isSecret(value)) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  const found = await Promise.all(
    Object.entries(value).map(([key, inner]) => secretPaths(inner, path === "" ? key : `${path}.${key}`)),
  );
  return found.flat();
}

/** The one resource with this name and type. */
export function one(deployment: Deployment, type: string, name: string): Registered {
  const found = deployment.resources.filter((resource) => resource.type === type && resource.name === name);
  const [first] = found;
  if (!first || found.length > 1) {
    const there = deployment.resources.filter((resource) => resource.type === type).map((resource) => resource.name);
    throw new Error(`${found.length} resources ${type} ${name}; of this type there are: ${there.join(", ")}`);
  }
  return first;
}
