import { runtime } from "@pulumi/pulumi";
import type { Props } from "../../../policies/shared/resource.ts";

/**
 * Sets an input at a dotted path; undefined takes it out. A number in the path is a place in a list. Throws where what is around
 * it is not known yet: whoever wrote the program otherwise would not be seen to either.
 */
export function setAt(holder: Props, path: string, value: unknown): Props {
  return setInObject(holder, path.split("."), value);
}

function setInObject(holder: Props, [key = "", ...rest]: readonly string[], value: unknown): Props {
  // A secret say: the engine's protocol has the value itself beside the mark.
  if (runtime.specialSigKey in holder) return { ...holder, value: setIn(holder.value, [key, ...rest], value) };
  const inner = rest.length === 0 ? value : setIn(holder[key], rest, value);
  const { [key]: _, ...others } = holder;
  return inner === undefined ? others : { ...holder, [key]: inner };
}

function setIn(holder: unknown, path: readonly string[], value: unknown): unknown {
  if (holder === runtime.unknownValue) throw new Error(`what holds ${path.join(".")} is not known yet`);
  if (!Array.isArray(holder)) return setInObject(Object(holder ?? {}), path, value);
  const [index = "0", ...rest] = path;
  const list = [...holder];
  list[Number(index)] = rest.length === 0 ? value : setIn(list[Number(index)], rest, value);
  return list.filter((each) => each !== undefined);
}
