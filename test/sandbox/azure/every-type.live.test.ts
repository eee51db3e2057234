import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ArmClient } from "../../../sandbox/providers/azure-native/arm-client.ts";
import { keptInputs, kindOf } from "../../../sandbox/providers/azure-native/kind.ts";
import { allMappings } from "../../../sandbox/providers/azure-native/mappings/all.ts";
import { diffProperties } from "../../../sandbox/providers/property-diff.ts";
import { validateInputs } from "../../../sandbox/providers/validate.ts";
import { applicationCases } from "./support/application-cases.ts";
import { foundationCases } from "./support/foundation-cases.ts";
import { type LiveAzure, startAzure, temporaryFolder } from "./support/live-azure.ts";

/** Deleted the other way round. */
const typeCases = [...foundationCases, ...applicationCases];
const call = () => ({ urn: "urn", name: "estate", signal: AbortSignal.timeout(60_000), log: () => {} });
const group = (arm: ArmClient) => `/subscriptions/${arm.settings.subscriptionId}/resourceGroups/estate`;

/** A resource as the plugin knows it, over its life. */
function resourceOf({ token, inputs }: (typeof typeCases)[number]) {
  const mapping = allMappings.find((each) => each.token === `azure-native:${token}`);
  if (mapping === undefined) throw new Error(`no mapping for ${token}`);
  const kind = kindOf(mapping);
  return { mapping, kind, inputs: kind.defaults?.(inputs, { name: "estate", old: undefined }) ?? inputs };
}

describe("every type", () => {
  let azure: LiveAzure;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const made = new Map<string, string>();

  beforeAll(async () => {
    folder = await temporaryFolder();
    azure = await startAzure(folder.path, [4, 5]);
    await azure.arm.put(group(azure.arm), "2024-03-01", { location: "westeurope" }, AbortSignal.timeout(5000));
  });
  afterAll(async () => {
    await azure.stop();
    await folder[Symbol.asyncDispose]();
  });

  it.each(typeCases.map((each) => [each.token, each] as const))("%s lives", async (token, example) => {
    const { arm } = azure;
    const { mapping, kind, inputs } = resourceOf(example);
    expect(validateInputs(kind.inputs, inputs)).toEqual([]);
    const { id, outputs } = await kind.create(arm, inputs, call());
    made.set(token, id);
    expect(outputs).toMatchObject(example.outputs ?? {});
    const plain = await arm.get(id, mapping.apiVersion, call().signal);
    expect(plain).toMatchObject({ id, name: id.split("/").at(-1) });
    for (const secret of example.secrets ?? []) expect(JSON.stringify(plain)).not.toContain(secret);

    const found = await kind.read(arm, id, outputs, call());
    expect(found?.inputs).toEqual(inputs);
    const imported = await kind.read(arm, id, {}, call());
    expect(validateInputs(kind.inputs, imported?.inputs ?? {})).toEqual([]);

    const changed = { ...inputs, ...example.update };
    expect(diffProperties(inputs, changed, kind.replaceOnChanges).filter(({ replaces }) => replaces)).toEqual([]);
    const updated = await kind.update(arm, id, changed, { inputs, outputs }, call());
    const after = await kind.read(arm, id, updated, call());
    expect(after?.inputs).toEqual(changed);
    expect(after?.outputs[keptInputs]).toEqual(changed);
    const other = { ...inputs, ...example.replace };
    const replacing = diffProperties(inputs, other, kind.replaceOnChanges).some(({ replaces }) => replaces);
    expect(replacing).toBe(example.replace !== undefined);
  });

  it("shows all of them to whoever lists the group", async () => {
    const { arm } = azure;
    const listed = (await arm.get(`${group(arm)}/resources`, "2024-03-01", call().signal)) as {
      value: { id: string }[];
    };
    const ids = new Set(listed.value.map(({ id }) => id));
    expect([...made.values()].filter((id) => !ids.has(id))).toEqual([]);
    expect(listed.value.every((each) => "type" in each && "name" in each)).toBe(true);
  });

  it("deletes all of them; nothing of them is left", async () => {
    const { arm, context, supervisor } = azure;
    for (const example of typeCases.toReversed()) {
      const { mapping, kind } = resourceOf(example);
      const id = made.get(example.token) ?? "";
      await kind.delete(arm, id, {}, call());
      expect(await arm.get(id, mapping.apiVersion, call().signal)).toBeUndefined();
    }
    expect(context.processes.list().filter(({ name }) => /^(aci|script|azurite)/.test(name))).toEqual([]);
    expect(context.dns.resolve("apps-label.westeurope.azurecontainer.io")).toBeUndefined();
    expect(context.dns.resolve("estateimages.azurecr.io")).toBeUndefined();
    const { gateways } = supervisor.status();
    expect(gateways.filter(({ name }) => /^(aci|front-door)/.test(name))).toEqual([]);
  });
});
