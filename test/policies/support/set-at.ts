import type { Props } from "../../../policies/shared/resource.ts";

/** How the engine's protocol marks a value that is more than it looks, a secret say; the value itself is beside it. */
const MARK = "4dabf18193072939515e22adb298388d";

/** Sets an input at a dotted path; undefined takes it out. A number in the path is a place in a list. */
export function setAt(holder: Props, path: string, value: unknown): Props {
  return setInObject(holder, path.split("."), value);
}

function setInObject(holder: Props, [key = "", ...rest]: readonly string[], value: unknown): Props {
  if (MARK in holder) return { ...holder, value: setIn(holder.value, [key, ...rest], value) };
  const inner = rest.length === 0 ? value : setIn(holder[key], rest, value);
  const { [key]: _, ...others } = holder;
  return inner === undefined ? others : { ...holder, [key]: inner };
}

function setIn(holder: unknown, path: readonly string[], value: unknown): unknown {
  if (!Array.isArray(holder)) return setInObject(Object(holder ?? {}), path, value);
  const [index = "0", ...rest] = path;
  const list = [...holder];
  list[Number(index)] = rest.length === 0 ? value : setIn(list[Number(index)], rest, value);
  return list.filter((each) => each !== undefined);
}
