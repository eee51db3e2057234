import type { DeclaredResource, DeclaredStack, Props } from "../../../policies/shared/resource.ts";
import { setAt } from "./set-at.ts";

/** Of a type; of several, the one with this name. */
export interface Which {
  readonly type: string;
  readonly name?: string;
}

/** A change of what a stack declares: without the engine by `mutate`, on the engine by test/sandbox-policies. */
export type Step =
  | { readonly kind: "set"; readonly which: Which; readonly path: string; readonly value: unknown }
  | { readonly kind: "unprotect"; readonly which: Which }
  | { readonly kind: "remove"; readonly which: Which }
  | { readonly kind: "add-like"; readonly which: Which; readonly name: string; readonly props: Props }
  | { readonly kind: "add"; readonly type: string; readonly name: string; readonly props: Props };

/** A way to break a stack: steps, taken in order. */
export type Mutation = readonly Step[];

/** Sets an input at a dotted path; undefined takes it out. A number in the path is a place in a list. */
export function set(which: Which, path: string, value: unknown): Mutation {
  return [{ kind: "set", which, path, value }];
}

export function unprotect(which: Which): Mutation {
  return [{ kind: "unprotect", which }];
}

export function remove(which: Which): Mutation {
  return [{ kind: "remove", which }];
}

/** Adds a resource like another: same type and dependencies, of another name, with other inputs on top. */
export function addLike(which: Which, name: string, props: Props): Mutation {
  return [{ kind: "add-like", which, name, props }];
}

/** Adds a resource of a type that the stack has none of. */
export function add(type: string, name: string, props: Props): Mutation {
  return [{ kind: "add", type, name, props }];
}

/** The stack as it would be. Throws where there is no such resource, or more than one. */
export function mutate(stack: DeclaredStack, mutation: Mutation): DeclaredStack {
  return mutation.reduce(changed, stack);
}

export function isMeant({ type, name }: Which, resource: { readonly type: string; readonly name: string }): boolean {
  return resource.type === type && (name === undefined || resource.name === name);
}

function changed(stack: DeclaredStack, step: Step): DeclaredStack {
  return { name: stack.name, resources: after(stack, step) };
}

function after(stack: DeclaredStack, step: Step): readonly DeclaredResource[] {
  const { resources } = stack;
  if (step.kind === "add") {
    const { type, name, props } = step;
    const urn = `urn:pulumi:${stack.name}::pilotlight::${type}::${name}`;
    return [...resources, { urn, type, name, props, protect: true, parent: "", dependencies: [] }];
  }
  const target = find(stack, step.which);
  switch (step.kind) {
    case "remove":
      return resources.filter((each) => each !== target);
    case "add-like": {
      const urn = target.urn.replace(/::[^:]*$/, `::${step.name}`);
      return [...resources, { ...target, urn, name: step.name, props: { ...target.props, ...step.props } }];
    }
    case "unprotect":
      return resources.map((each) => (each === target ? { ...target, protect: false } : each));
    case "set": {
      const props = setAt(target.props, step.path, step.value);
      return resources.map((each) => (each === target ? { ...target, props } : each));
    }
  }
}

/** A mutation that changes nothing proves nothing, and one that might mean another resource the next time proves little. */
function find(stack: DeclaredStack, which: Which): DeclaredResource {
  const found = stack.resources.filter((each) => isMeant(which, each));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    const names = found.map(({ name }) => name).join(", ");
    throw new Error(`${stack.name} has ${found.length} of ${which.type} ${which.name ?? ""}: ${names}`);
  }
  return first;
}
