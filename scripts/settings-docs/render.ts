import type { EnvironmentVariable } from "../../automation/composition/environment-variables.ts";
import { settingsVariables } from "../../automation/composition/settings-schema.ts";
import { witnessVariables } from "../../automation/composition/witness-settings.ts";

const isDeadline = ({ path }: EnvironmentVariable) => path[0] === "deadlineSeconds";
const isWatch = ({ path }: EnvironmentVariable) => path[0] === "watch";

/** docs/settings.md, made from the settings' own schema. */
export function settingsPage(): string {
  const driver = settingsVariables.filter((each) => !isDeadline(each) && !isWatch(each));
  return [
    "# Settings",
    "",
    "Made from the schema in `automation/composition/settings-schema.ts` by `npm run docs:settings`; do not edit.",
    "",
    "A driver reads its settings from environment variables, and from `.env.<environment>` in the project. The name of a variable is",
    "the name of the setting in capitals: `watch.intervalSeconds` is `PILOTLIGHT_WATCH_INTERVAL_SECONDS`. Times are in seconds. A value",
    "that is not right is refused, with its name and what would be right, before anything begins.",
    ...section("The process, and how an application is moved", driver),
    ...section("The watch", settingsVariables.filter(isWatch)),
    ...section("The witness", [...witnessVariables.any]),
    ...section("Witness in etcd", witnessVariables.etcd),
    ...section("Witness in an Azure table", witnessVariables["azure-table"]),
    ...section("Longest time for one attempt of a stage", settingsVariables.filter(isDeadline)),
    "",
  ].join("\n");
}

function section(title: string, variables: readonly EnvironmentVariable[]): readonly string[] {
  return [
    "",
    `## ${title}`,
    "",
    "| variable | default | meaning |",
    "| --- | --- | --- |",
    ...variables.map(({ name, fallback, meaning }) => `| \`${name}\` | ${shown(fallback)} | ${meaning} |`),
  ];
}

function shown(fallback: string | undefined): string {
  return fallback === undefined || fallback === "" ? "" : `\`${fallback}\``;
}
