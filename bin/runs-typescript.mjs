/**
 * Whether a Node of this version (`22.19.0`) runs this project: it strips types by itself, and the packages take it. The same
 * versions as `engines` in package.json. Plain JavaScript, because an older Node asks it too.
 */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 19);
}
