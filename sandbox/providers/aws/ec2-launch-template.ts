import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  ModifyLaunchTemplateCommand,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { fromTemplateData, templateDataInputs, toTemplateData } from "./ec2-launch-template-data.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing } from "./errors.ts";
import { tagMap } from "./tags.ts";

const dataNames = Object.keys(templateDataInputs) as (keyof typeof templateDataInputs)[];

/** aws:ec2/launchTemplate:LaunchTemplate; each change of what instances get is a version of it. */
export const launchTemplate = awsKind({
  inputs: z.strictObject({
    ...regional,
    ...templateDataInputs,
    name: z.string().min(3).max(128).optional(),
    namePrefix: z.string().optional(),
    description: z.string().optional(),
    defaultVersion: z.number().int().optional(),
    updateDefaultVersion: z.boolean().optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 125 },
  replaceOnChanges: ["name", "namePrefix"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { LaunchTemplate } = await aws.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: wanted.name,
        VersionDescription: wanted.description,
        LaunchTemplateData: toTemplateData(wanted),
        TagSpecifications: tagSpecifications("launch-template", wanted.tags),
      }),
      { abortSignal },
    );
    return LaunchTemplate?.LaunchTemplateId ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const command = new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [id] });
    const found = (await orMissing(aws.ec2.send(command, { abortSignal })))?.LaunchTemplates?.[0];
    if (found === undefined) return undefined;
    const latest = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ["$Latest"] });
    const version = (await aws.ec2.send(latest, { abortSignal })).LaunchTemplateVersions?.[0];
    return {
      properties: {
        ...fromTemplateData(version?.LaunchTemplateData ?? {}),
        arn: `arn:aws:ec2:${aws.region}:${await aws.accountId(abortSignal)}:launch-template/${id}`,
        name: found.LaunchTemplateName,
        description: version?.VersionDescription === "" ? undefined : version?.VersionDescription,
        defaultVersion: found.DefaultVersionNumber,
        latestVersion: found.LatestVersionNumber,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, call) {
    const { signal: abortSignal } = call;
    const { inputs } = change;
    let latest = Number(change.old["latestVersion"]);
    if (change.has("description", ...dataNames)) {
      const { LaunchTemplateVersion } = await aws.ec2.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: id,
          VersionDescription: inputs.description,
          LaunchTemplateData: toTemplateData(inputs),
        }),
        { abortSignal },
      );
      latest = LaunchTemplateVersion?.VersionNumber ?? latest;
    }
    const standard = inputs.updateDefaultVersion === true ? latest : inputs.defaultVersion;
    if (standard !== undefined && standard !== change.old["defaultVersion"])
      await setDefault(aws, id, standard, abortSignal);
    await updateEc2Tags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: id }), { abortSignal }));
  },
});

async function setDefault(aws: AwsRegion, LaunchTemplateId: string, version: number, abortSignal: AbortSignal) {
  const command = new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: String(version) });
  await aws.ec2.send(command, { abortSignal });
}
