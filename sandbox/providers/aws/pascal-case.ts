/** `{ volumeSize: 8 }` to `{ VolumeSize: 8 }`, at any depth. Only for requests whose names differ in nothing else. */
export function toPascalCase(value: unknown): unknown {
  return rename(value, (key) => key.charAt(0).toUpperCase() + key.slice(1));
}

/** The way back. */
export function toCamelCase(value: unknown): unknown {
  return rename(value, (key) => key.charAt(0).toLowerCase() + key.slice(1));
}

function rename(value: unknown, change: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, change));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[change(key), rename(item, change)]])),
  );
}
