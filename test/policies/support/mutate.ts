import type { DeclaredResource, DeclaredStack, Props } from "../../../policies/shared/resource.ts";

/** A way to break a stack. */
export type Mutation = (stack: DeclaredStack) => DeclaredStack;

/** Of a type; of several, the one with this name. */
export interface Which {
  readonly type: string;
  readonly name?: string;
}

/** Sets an input at a dotted path; undefined takes it out. A number in the path is a place in a list. */
export function set(which: Which, path: string, value: unknown): Mutation {
  return changing(which, (resource) => ({ ...resource, props: setAt(resource.props, path.split("."), value) }));
}

export function unprotect(which: Which): Mutation {
  return changing(which, (resource) => ({ ...resource, protect: false }));
}

export function remove(which: Which): Mutation {
  return (stack) => {
    const gone = find(stack, which);
    return { ...stack, resources: stack.resources.filter((resource) => resource !== gone) };
  };
}

/** Adds a resource like another: same type and dependencies, of another name, with other inputs on top. */
export function addLike(which: Which, name: string, props: Props): Mutation {
  return (stack) => {
    const like = find(stack, which);
    const urn = like.urn.replace(/::[^:]*$/, `::${name}`);
    return { ...stack, resources: [...stack.resources, { ...like, urn, name, props: { ...like.props, ...props } }] };
  };
}

/** Adds a resource of a type that the stack has none of. */
export function add(type: string, name: string, props: Props): Mutation {
  return (stack) => {
    const urn = `urn:pulumi:${stack.name}::pilotlight::${type}::${name}`;
    const resource = { urn, type, name, props, protect: true, parent: "", dependencies: [] };
    return { ...stack, resources: [...stack.resources, resource] };
  };
}

function changing(which: Which, change: (resource: DeclaredResource) => DeclaredResource): Mutation {
  return (stack) => {
    const target = find(stack, which);
    return { ...stack, resources: stack.resources.map((each) => (each === target ? change(each) : each)) };
  };
}

/** Throws where there is none: a mutation that changes nothing proves nothing. */
function find(stack: DeclaredStack, { type, name }: Which): DeclaredResource {
  const found = stack.resources.find((each) => each.type === type && (name === undefined || each.name === name));
  if (!found) throw new Error(`${stack.name} has no ${type} ${name ?? ""}`);
  return found;
}

function setAt(holder: Props, [key = "", ...rest]: readonly string[], value: unknown): Props {
  const inner = rest.length === 0 ? value : setIn(holder[key], rest, value);
  const { [key]: _, ...others } = holder;
  return inner === undefined ? others : { ...holder, [key]: inner };
}

function setIn(holder: unknown, path: readonly string[], value: unknown): unknown {
  if (!Array.isArray(holder)) return setAt(Object(holder ?? {}), path, value);
  const [index = "0", ...rest] = path;
  const list = [...holder];
  list[Number(index)] = rest.length === 0 ? value : setIn(list[Number(index)], rest, value);
  return list.filter((each) => each !== undefined);
}
