import type { Component, Entry } from "./read-components.ts";

const GROUPS: Readonly<Record<string, string>> = {
  aws: "AWS",
  azure: "Azure",
  external: "External primary",
  kubernetes: "Kubernetes",
};

/** The reference as Markdown; the same components give the same text. */
export function render(components: readonly Component[]): string {
  const groups = [...new Set(components.map(({ group }) => group))].sort();
  return [
    "# Components",
    "",
    "Made by `npm run docs:components` from the docstrings in `components/`; do not edit. How a program in another language uses",
    "them is in [components/README.md](../components/README.md).",
    "",
    ...groups.flatMap((group) => [`- ${title(group)}: ${of(components, group).map(link).join(", ")}`]),
    ...groups.flatMap((group) => ["", `## ${title(group)}`, ...of(components, group).flatMap(section)]),
    "",
  ].join("\n");
}

function section(component: Component): readonly string[] {
  const { name, path, token, meaning, options, types, outputs, children } = component;
  return [
    "",
    `### ${heading(component)}`,
    "",
    `\`${name}\` in \`components/${path}\`${token === "" ? "" : `, type \`${token}\``}`,
    "",
    meaning,
    ...(options.length === 0 ? [] : ["", ...optionTable("option", options)]),
    ...types.flatMap((type) => [
      "",
      `\`${type.name}\`${type.meaning === "" ? "" : `: ${type.meaning}`}`,
      "",
      ...optionTable("member", type.members),
    ]),
    ...(outputs.length === 0 ? [] : ["", ...outputTable(outputs)]),
    ...(children.length === 0 ? [] : ["", `Makes ${children.map((each) => `\`${each}\``).join(", ")}.`]),
  ];
}

function optionTable(title: string, entries: readonly Entry[]): readonly string[] {
  return [
    `| ${title} | type | default | meaning |`,
    "|---|---|---|---|",
    ...entries.map(({ name, type, fallback, meaning }) =>
      row([`\`${name}\``, `\`${type}\``, fallback === undefined ? "required" : fallback || "none", meaning]),
    ),
  ];
}

function outputTable(entries: readonly Entry[]): readonly string[] {
  return [
    "| output | type | meaning |",
    "|---|---|---|",
    ...entries.map(({ name, type, meaning }) => row([`\`${name}\``, type === "" ? "" : `\`${type}\``, meaning])),
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ")).join(" | ")} |`;
}

function of(components: readonly Component[], group: string): readonly Component[] {
  return components.filter((each) => each.group === group);
}

function title(group: string): string {
  return GROUPS[group] ?? (group === "" ? "Shared" : group);
}

/** The clouds have components of the same name. */
function heading({ name, group }: Component): string {
  return group === "" ? name : `${title(group)} ${name}`;
}

function link(component: Component): string {
  return `[${component.name}](#${heading(component).toLowerCase().replaceAll(" ", "-")})`;
}
