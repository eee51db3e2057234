import { z } from "zod";
import { type KubernetesVersion, lookUpVersion } from "../../components/kubernetes-versions.ts";
import { at, text, wrong } from "./read.ts";
import { type Props, UNKNOWN } from "./resource.ts";

const DAY_MS = 86_400_000;

/** Options of a rule about versions. */
export const versionOptions = z.object({
  today: z.iso.date().optional().describe("Default: the clock's day."),
  days: z.int().min(0).default(60).describe("Least days until the end of standard support."),
});

/** What is wrong with the version at `path`, by the dated table. What is newer than the table is taken for supported. */
export function versionFaults(
  cloud: KubernetesVersion["cloud"],
  props: Props,
  path: string,
  { today, days }: z.infer<typeof versionOptions>,
): readonly string[] {
  const value = at(props, path);
  if (value === UNKNOWN) return [];
  const version = text(value);
  const right = `a version with ${days} days of support or more (components/kubernetes-versions.ts)`;
  if (version === undefined) return [wrong(path, value, right)];
  const found = lookUpVersion(cloud, version);
  if (found === "unknown") return [];
  if (found === "ended") return [wrong(path, version, right)];
  const now = today === undefined ? Date.now() : Date.parse(today);
  const left = Math.floor((Date.parse(found.supportEnds) - now) / DAY_MS);
  return left < days ? [wrong(path, `${version}, whose support ends on ${found.supportEnds}`, right)] : [];
}
