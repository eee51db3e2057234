import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "./resource-kind.ts";

// Wire signatures of the Pulumi resource protocol (sdk/nodejs/runtime/rpc).
export const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Stands for a value that a preview does not know yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** From the wire: secrets and outputs unwrapped, null-valued properties left out (the engine sends them for `undefined`). */
export function decode(struct: structPb.Struct | undefined): Properties {
  return struct === undefined ? {} : (unwrap(struct.toJavaScript()) as Properties);
}

/** To the wire. `secrets` names top-level properties to wrap; undefined values are left out. */
export function encode(properties: Properties, secrets: readonly string[] = []): structPb.Struct {
  const plain = clean(properties) as Record<string, structPb.JavaScriptValue>;
  for (const name of secrets) {
    const value = plain[name];
    if (value !== undefined && value !== null) plain[name] = { [signatureKey]: secretSignature, value };
  }
  return structPb.Struct.fromJavaScript(plain);
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isObject(value)) return value;
  const signature = value[signatureKey];
  if (signature === secretSignature) return unwrap(value.value);
  if (signature === outputSignature) return "value" in value ? unwrap(value.value) : UNKNOWN;
  return mapObject(value, unwrap);
}

function clean(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(clean);
  return isObject(value) ? mapObject(value, clean) : value;
}

function mapObject(value: Properties, change: (item: unknown) => unknown): Properties {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined && item !== null)
      .map(([key, item]) => [key, change(item)]),
  );
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
