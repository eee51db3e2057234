import { CustomResource, type Inputs, runtime } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import resourcePb from "@pulumi/pulumi/proto/resource_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { Props } from "../../../../policies/shared/resource.ts";
import { isMeant, type Mutation, type Step } from "../../support/mutate.ts";
import { setAt } from "../../support/set-at.ts";

type Request = resourcePb.RegisterResourceRequest;
type Callback = (error: Error | null, response?: resourcePb.RegisterResourceResponse) => void;
interface Monitor {
  registerResource(request: Request, callback: Callback): void;
}

export interface BrokenProgram {
  readonly program: PulumiFn;
  /** Throws where a step could not be taken, or met no resource, or more than one, in the run that has ended: it would prove nothing. */
  readonly checkAllTaken: () => void;
}

/**
 * A program that asks the engine for what `program` asks for, but for one mutation. The requests themselves are changed, as
 * the mutated program would send them: a transform of the SDK can neither leave a resource out nor add one.
 */
export function breakProgram(program: PulumiFn, mutation: Mutation): BrokenProgram {
  const met = new Map<Step, string[]>();
  const failed: unknown[] = [];
  return {
    program: () => {
      const monitor = runtime.getMonitor() as unknown as Monitor | undefined;
      if (monitor === undefined) throw new Error("there is no engine");
      alter(monitor, mutation, {
        meets: (step, name) => met.set(step, [...(met.get(step) ?? []), name]),
        fails: (error) => failed.push(error),
      });
      for (const step of mutation) {
        if (step.kind !== "add") continue;
        new Added(step.type, step.name, step.props);
        met.set(step, [step.name]);
      }
      return program();
    },
    checkAllTaken: () => {
      if (failed.length > 0) throw failed[0];
      for (const step of mutation) {
        const names = met.get(step) ?? [];
        if (names.length !== 1) throw new Error(`${JSON.stringify(step)} has met ${names.length}: ${names.join(", ")}`);
      }
    },
  };
}

class Added extends CustomResource {
  constructor(type: string, name: string, props: Inputs) {
    super(type, name, props, { protect: true });
  }
}

interface Told {
  readonly meets: (step: Step, name: string) => void;
  /** Nothing is thrown at the SDK: the rest of the program would wait for the resource for ever. */
  readonly fails: (error: unknown) => void;
}

function alter(monitor: Monitor, mutation: Mutation, { meets, fails }: Told): void {
  const register = monitor.registerResource.bind(monitor);
  const left = new Set<string>();
  monitor.registerResource = (request, callback) => {
    forget(request, left);
    const [type, name] = [request.getType(), request.getName()];
    const mine = mutation.filter((step) => step.kind !== "add" && isMeant(step.which, { type, name }));
    const added: Request[] = [];
    for (const step of mine) {
      meets(step, name);
      try {
        if (step.kind === "unprotect") request.setProtect(false);
        else if (step.kind === "set") setInputs(request, setAt(inputsOf(request), step.path, step.value));
        else if (step.kind === "add-like") added.push(like(request, step.name, step.props));
      } catch (error) {
        fails(error);
      }
    }
    if (mine.some(({ kind }) => kind === "remove")) {
      // What a preview answers of something new: its name, its inputs, and nothing that only its cloud can know.
      const urn = urnOf(request);
      left.add(urn);
      callback(null, new resourcePb.RegisterResourceResponse().setUrn(urn).setObject(request.getObject()));
      return;
    }
    register(request, (error, response) => {
      if (error) return callback(error, response);
      const others = added.map(
        (each) => new Promise<void>((resolve, reject) => register(each, settling(resolve, reject))),
      );
      Promise.all(others).then(
        () => callback(null, response),
        (refused: Error) => callback(refused),
      );
    });
  };
}

function settling(resolve: () => void, reject: (error: Error) => void): Callback {
  return (error) => (error ? reject(error) : resolve());
}

function like(request: Request, name: string, props: Props): Request {
  const copy = resourcePb.RegisterResourceRequest.deserializeBinary(request.serializeBinary()).setName(name);
  setInputs(copy, { ...inputsOf(copy), ...props });
  return copy;
}

function inputsOf(request: Request): Props {
  return Object(request.getObject()?.toJavaScript() ?? {});
}

function setInputs(request: Request, inputs: Props): void {
  request.setObject(structPb.Struct.fromJavaScript(JSON.parse(JSON.stringify(inputs))));
}

/** Nobody can depend on what was never declared. */
function forget(request: Request, left: ReadonlySet<string>): void {
  const without = (urns: readonly string[]): string[] => urns.filter((urn) => !left.has(urn));
  request.setDependenciesList(without(request.getDependenciesList()));
  request.getPropertydependenciesMap().forEach((each) => void each.setUrnsList(without(each.getUrnsList())));
}

/** As the engine makes it: the types of the components around it are part of it. */
function urnOf(request: Request): string {
  const [stack = "", project = "", around = ""] = request.getParent().split("::");
  const types = around === "pulumi:pulumi:Stack" ? request.getType() : `${around}$${request.getType()}`;
  return [stack, project, types, request.getName()].join("::");
}
