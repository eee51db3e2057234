import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";
import { z } from "zod";
import { awsKind, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

/** aws:iam/openIdConnectProvider:OpenIdConnectProvider; its id is its ARN. */
export const openIdConnectProvider = awsKind({
  inputs: z.strictObject({
    url: z.string().startsWith("https://", "must start with https://"),
    clientIdLists: z.array(z.string()),
    thumbprintLists: z.array(z.string().length(40, "a thumbprint has 40 hexadecimal digits")).optional(),
    tags: tagsSchema,
  }),
  replaceOnChanges: ["url"],

  async create(aws, wanted, { signal: abortSignal }) {
    const { OpenIDConnectProviderArn } = await aws.iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: wanted.url,
        ClientIDList: wanted.clientIdLists,
        // Undeclared, IAM finds out itself; nobody looks at it where AWS knows the authority.
        ThumbprintList: wanted.thumbprintLists ?? [],
        Tags: tagList(wanted.tags),
      }),
      { abortSignal },
    );
    return OpenIDConnectProviderArn ?? "";
  },

  async look(aws, id, known, { signal: abortSignal }) {
    const command = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id });
    const found = await orMissing(aws.iam.send(command, { abortSignal }));
    if (found === undefined) return undefined;
    const declared = String(known["url"] ?? "");
    // IAM keeps it without the scheme.
    const url = declared.replace("https://", "") === found.Url ? declared : `https://${found.Url}`;
    return {
      properties: {
        arn: id,
        url,
        clientIdLists: found.ClientIDList ?? [],
        thumbprintLists: found.ThumbprintList ?? [],
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    const OpenIDConnectProviderArn = id;
    const { clientIdLists, thumbprintLists, tags } = change.inputs;
    if (change.has("thumbprintLists")) {
      const request = { OpenIDConnectProviderArn, ThumbprintList: thumbprintLists ?? [] };
      await aws.iam.send(new UpdateOpenIDConnectProviderThumbprintCommand(request), { abortSignal });
    }
    const before = z.array(z.string()).catch([]).parse(change.old["clientIdLists"]);
    for (const ClientID of clientIdLists.filter((each) => !before.includes(each))) {
      const command = new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID });
      await aws.iam.send(command, { abortSignal });
    }
    for (const ClientID of before.filter((each) => !clientIdLists.includes(each))) {
      const command = new RemoveClientIDFromOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID });
      await aws.iam.send(command, { abortSignal });
    }
    await syncTags(change.oldTags, tags, {
      add: (added) => {
        const request = { OpenIDConnectProviderArn, Tags: tagList(added) };
        return aws.iam.send(new TagOpenIDConnectProviderCommand(request), { abortSignal });
      },
      remove: (TagKeys) =>
        aws.iam.send(new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, TagKeys }), { abortSignal }),
    });
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    const command = new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id });
    await orMissing(aws.iam.send(command, { abortSignal }));
  },
});
