import { type Opening, openToEverybody } from "./openings.ts";
import type { DeclaredResource } from "./resource.ts";

interface Firewall {
  /** Groups of rules, with the rules that are inside them. */
  readonly groups: readonly DeclaredResource[];
  /** Rules beside the groups. */
  readonly rules: readonly DeclaredResource[];
  /** How a rule names its group where it takes no input from it. */
  readonly groupOf: (rule: DeclaredResource) => string | undefined;
  readonly openingsOf: (resource: DeclaredResource) => readonly Opening[];
  readonly openPorts: readonly number[];
}

/** What several resources of one group open to everybody, and none of them alone. At the group; where it is not declared here, at a rule. */
export function openTogether({
  groups,
  rules,
  groupOf,
  openingsOf,
  openPorts,
}: Firewall): readonly { readonly urn: string; readonly opening: Opening }[] {
  const members = Map.groupBy([...groups, ...rules], (resource) => {
    if (groups.includes(resource)) return resource.urn;
    const name = groupOf(resource);
    const group = groups.find(({ urn, props }) => {
      if (resource.dependencies.includes(urn)) return true;
      return name !== undefined && [props.networkSecurityGroupName, props.name].includes(name);
    });
    return group?.urn ?? name ?? resource.urn;
  });
  return [...members.values()].flatMap((resources) => {
    const [first] = resources;
    if (first === undefined || resources.length === 1) return [];
    const alone = resources.flatMap((each) => openToEverybody(openingsOf(each), openPorts));
    return openToEverybody(resources.flatMap(openingsOf), openPorts)
      .filter(({ from, to }) => !alone.some((each) => each.from <= from && each.to >= to))
      .map((opening) => ({ urn: first.urn, opening }));
  });
}
