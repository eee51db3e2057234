import { afterAll, beforeAll, expect } from "vitest";
import { AwsCloud } from "../../../sandbox/providers/aws/aws-cloud.ts";
import { kinds } from "../../../sandbox/providers/aws/kinds.ts";
import { parseProviderConfig } from "../../../sandbox/providers/aws/provider-config.ts";
import type { CallContext, Properties, ResourceKind } from "../../../sandbox/providers/resource-kind.ts";
import { validateInputs } from "../../../sandbox/providers/validate.ts";
import { type AwsWorld, startAwsWorld, temporaryDirectory } from "./aws-world.ts";

export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

/** Resource kinds against a running AWS room, called as the plugin host calls them. */
export interface KindBench {
  readonly world: AwsWorld;
  make(token: string, given: Properties): Promise<Made>;
  /** Undefined: it is gone. `state` empty: an import. */
  read(
    token: string,
    id: string,
    state: Properties,
    lastInputs?: Properties,
  ): ReturnType<ResourceKind<AwsCloud>["read"]>;
  update(token: string, made: Made, inputs: Properties, next: Properties): Promise<Properties>;
  drop(token: string, made: Made): Promise<void>;
  /** Creates, refreshes, updates, refreshes, imports, deletes, deletes again. */
  live(token: string, given: Properties, changed: Properties | undefined): Promise<void>;
}

/** Starts the AWS room before the file's tests and stops it after them. */
export function useKindBench(instance: number): KindBench {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let world: AwsWorld;
  let cloud: AwsCloud;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    world = await startAwsWorld(directory.path, instance);
    process.env["AWS_ENDPOINT_URL"] = world.endpoint;
    const defaultTags = '{"tags":{"by":"us"}}';
    const config = { region: "eu-central-1", accessKey: "sandbox", secretKey: "sandbox", defaultTags };
    cloud = new AwsCloud(parseProviderConfig(config, {}));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  const bench: KindBench = {
    get world() {
      return world;
    },
    make: (token, given) => kindOf(token).create(cloud, checked(token, given), context()),
    read: (token, id, state, lastInputs) => kindOf(token).read(cloud, id, state, context(lastInputs)),
    update: (token, made, inputs, next) =>
      kindOf(token).update(cloud, made.id, next, { inputs, outputs: made.outputs }, context()),
    drop: (token, made) => kindOf(token).delete(cloud, made.id, made.outputs, context()),

    async live(token, given, changed) {
      const inputs = checked(token, given);
      const made = await kindOf(token).create(cloud, inputs, context());
      const refreshed = await bench.read(token, made.id, made.outputs, inputs);
      expect(refreshed).toEqual({ id: made.id, inputs, outputs: strip(made.outputs) });
      let { outputs } = made;
      if (changed !== undefined) {
        const next = checked(token, { ...given, ...changed }, inputs);
        outputs = await bench.update(token, made, inputs, next);
        expect(outputs).toMatchObject(changed);
        const again = await bench.read(token, made.id, outputs, next);
        expect(again).toMatchObject({ inputs: next, outputs: strip(outputs) });
      }
      const imported = await bench.read(token, made.id, {});
      expect(imported, "import").toBeDefined();
      expect(validateInputs(kindOf(token).inputs, imported?.inputs ?? {}), "inputs of the import").toEqual([]);
      await bench.drop(token, { id: made.id, outputs });
      expect(await bench.read(token, made.id, outputs, inputs)).toBeUndefined();
      await bench.drop(token, { id: made.id, outputs });
    },
  };
  return bench;
}

function context(lastInputs?: Properties): CallContext {
  const signal = AbortSignal.timeout(60_000);
  return { urn: "urn:x::it", name: "it", signal, log: () => {}, ...(lastInputs && { lastInputs }) };
}

function kindOf(token: string): ResourceKind<AwsCloud> {
  const kind = kinds[token];
  if (kind === undefined) throw new Error(`no kind ${token}`);
  return kind;
}

function checked(token: string, inputs: Properties, old?: Properties): Properties {
  const kind = kindOf(token);
  expect(validateInputs(kind.inputs, inputs)).toEqual([]);
  return kind.defaults?.(inputs, { name: "it", old }) ?? inputs;
}

/** As they come back from the engine. */
function strip(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties)) as Properties;
}

export function policyText(action: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] });
}

export const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "eks.amazonaws.com" } }],
});
