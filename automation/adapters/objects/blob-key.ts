/** As Azure counts them, in UTF-16 units and in parts between slashes. */
const longest = 1024;
const mostSegments = 254;

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant.
const control = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;

/**
 * Why a blob cannot have this key; undefined where it can. S3 takes any text as a key. In the address of a blob, segments of dots are
 * resolved, dots at a segment's end are dropped, and a backslash becomes a slash: the object would overwrite another one, or land
 * outside its container.
 */
export function blobKeyProblem(key: string): string | undefined {
  const segments = key.split("/");
  const why = [
    [key === "", "it is empty"],
    [key.length > longest, `it is longer than ${longest} characters`],
    [segments.length > mostSegments, `it has more than ${mostSegments} segments`],
    [segments.includes(".") || segments.includes(".."), "Azure resolves its segments . and .."],
    [segments.some((segment) => segment.endsWith(".")), "Azure drops the dot at the end of a segment"],
    [key.includes("\\"), "Azure makes a slash of its backslash"],
    [control.test(key), "it has a control character"],
    [!key.isWellFormed(), "it is not well-formed Unicode"],
  ] as const;
  const found = why.find(([isSo]) => isSo)?.[1];
  return found === undefined ? undefined : `no blob can have the key ${JSON.stringify(key)}: ${found}`;
}
