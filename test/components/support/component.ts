import { isSecret, Output, output, runtime } from "@pulumi/pulumi";
import { leavePromisesUntraced } from "../../support/untraced-promises.ts";
import { answerCall, stateOf } from "./fake-clouds.ts";

leavePromisesUntraced();

type Properties = Readonly<Record<string, unknown>>;

/** One resource as the engine would have been asked for it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** URN of the component around it. */
  readonly parent: string;
  /** Plain values. */
  readonly inputs: Properties;
  /** JSON of the inputs as they go to the engine, secrets marked. */
  readonly wire: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly deletedWith: string;
  /** URNs. */
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
}

export interface Recording {
  readonly resources: readonly Registered[];
  /** What the function returned, plain values. */
  readonly outputs: Properties;
  /** Paths in `outputs` that are secret, e.g. `database.adminPassword`. */
  readonly secrets: readonly string[];
  /** Invokes, by token. */
  readonly calls: readonly string[];
}

export interface RecordOptions {
  /** Default `test-primary`. */
  readonly stack?: string;
  /** `project:key` → text; structured values as JSON. */
  readonly config?: Readonly<Record<string, string>>;
  /** What a cloud adds to a resource's inputs, beyond fake-clouds.ts. Undefined: nothing more. */
  readonly state?: (type: string, name: string, inputs: Properties) => Properties | undefined;
  /** Answers to invokes, beyond fake-clouds.ts. Undefined: ask there. */
  readonly answer?: (token: string, args: Properties) => Record<string, unknown> | undefined;
}

/** What SDK 3.250 sends when a resource is registered; only what the tests look at. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getDeletedwith(): string;
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getObject(): { toJavaScript(): unknown } | undefined;
}
type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;
interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
}

/**
 * Runs `build` against mocks and records every resource that it makes. `build` makes components and returns what is
 * to be looked at afterwards, e.g. `() => { const made = new Network(…); return { vpcId: made.vpcId }; }`.
 */
export async function record(
  build: () => Properties | Promise<Properties>,
  options: RecordOptions = {},
): Promise<Recording> {
  const resources: Registered[] = [];
  const calls: string[] = [];
  const inputs = new Map<string, Properties>();
  await runtime.setMocks(
    {
      newResource(args) {
        const plain = Object(unwrapped(args.inputs));
        inputs.set(`${args.type}|${args.name}`, plain);
        const state = { ...stateOf(args.type, args.name, plain), ...options.state?.(args.type, args.name, plain) };
        return { id: `${args.name}-id`, state };
      },
      call({ token, inputs: args }) {
        calls.push(token);
        return options.answer?.(token, args) ?? answerCall(token, args);
      },
    },
    "pilotlight",
    options.stack ?? "test-primary",
    false,
    "organization",
  );
  runtime.setAllConfig({ ...options.config });
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response) resources.push(registered(request, response.getUrn(), inputs));
      callback(error, response);
    });
  const returned = await build();
  const secrets = await secretPaths(returned);
  const outputs = await settle(output(returned));
  await runtime.disconnect();
  return { resources, outputs, secrets, calls };
}

function registered(request: RegisterRequest, urn: string, inputs: ReadonlyMap<string, Properties>): Registered {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent(),
    inputs: inputs.get(`${request.getType()}|${request.getName()}`) ?? {},
    wire: JSON.stringify(request.getObject()?.toJavaScript() ?? {}),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deletedWith: request.getDeletedwith(),
    dependencies: request.getDependenciesList(),
    ignoreChanges: request.getIgnorechangesList(),
  };
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
export function holdersOf(text: string, { resources }: Recording): { all: string[]; open: string[] } {
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
export function one(recording: Recording, type: string, name: string): Registered {
  const found = recording.resources.filter((resource) => resource.type === type && resource.name === name);
  const [first] = found;
  if (!first || found.length > 1) {
    const there = recording.resources.filter((resource) => resource.type === type).map((resource) => resource.name);
    throw new Error(`${found.length} resources ${type} ${name}; of this type there are: ${there.join(", ")}`);
  }
  return first;
}

/** `type name` of every resource, sorted: what a state file knows them by. */
export function namesOf({ resources }: Recording): string[] {
  return resources.map(({ type, name }) => `${type} ${name}`).toSorted();
}

/** Exact inputs of every resource that is no component (`pilotlight:…`), by `type name`, sorted: for a snapshot. */
export function inputsOf({ resources }: Recording): Record<string, Properties> {
  return Object.fromEntries(
    resources
      .filter(({ type }) => !type.startsWith("pilotlight:") && !type.startsWith("pulumi:pulumi:Stack"))
      .map(({ type, name, inputs }): [string, Properties] => [`${type} ${name}`, inputs])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Names of the resources that the engine refuses to delete, sorted. */
export function protectedNames({ resources }: Recording): string[] {
  return resources
    .filter(({ protect }) => protect)
    .map(({ name }) => name)
    .toSorted();
}

/** What an option does to the children, by `type name`: which come, which go, whose inputs change. All sorted. */
export function differenceOf(before: Recording, after: Recording) {
  const [old, now] = [inputsOf(before), inputsOf(after)];
  return {
    added: Object.keys(now).filter((key) => !(key in old)),
    removed: Object.keys(old).filter((key) => !(key in now)),
    changed: Object.keys(now).filter((key) => key in old && JSON.stringify(old[key]) !== JSON.stringify(now[key])),
  };
}
