import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { PluginSpec } from "../resource-kind.ts";
import { helmKind, refuse } from "./helm-kind.ts";
import { configSchema, KubeCloud } from "./kube-cloud.ts";
import { kindOfToken } from "./kube-object.ts";
import { objectKind } from "./object-kind.ts";

const decodeSchema = z.looseObject({ text: z.string(), defaultNamespace: z.string().optional() });

/** The sandbox's stand-in for the Pulumi plugin `kubernetes`: the version of the npm package that the stacks use. */
export const kubernetesPlugin: PluginSpec<KubeCloud> = {
  name: "kubernetes",
  version: "4.34.2",
  connect: (config) => {
    const parsed = configSchema.safeParse(config);
    if (parsed.success) return new KubeCloud(parsed.data);
    throw new Error(
      `kubernetes provider: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
    );
  },
  kinds: {},
  kindOf: (token) => {
    if (token.startsWith("kubernetes:helm.sh/")) return helmKind;
    const kind = kindOfToken(token);
    return kind === undefined ? undefined : objectKind(kind);
  },
  functions: {
    "kubernetes:yaml:decode": async (_cloud, args) => {
      const { text } = decodeSchema.parse(args);
      return {
        result: parseAllDocuments(text)
          .map((document) => document.toJSON() as unknown)
          .filter((one) => one !== null),
      };
    },
    "kubernetes:helm:template": refuse,
  },
  secretOutputs: { "kubernetes:core/v1:Secret": ["data", "stringData"] },
};
