import type languagePb from "@pulumi/pulumi/proto/language_pb.js";
import { z } from "zod";

/** `runtime.options` of Pulumi.yaml or PulumiPolicy.yaml, with the official host's meanings and defaults. */
const optionsSchema = z.object({
  /** Compile through ts-node; false: Node runs the files as they are. */
  typescript: z.boolean().default(true),
  /** Space-separated flags for Node. */
  nodeargs: z
    .string()
    .default("")
    .transform((text) => text.split(" ").filter((word) => word !== "")),
  tsconfig: z.string().optional(),
});
export type RuntimeOptions = z.infer<typeof optionsSchema>;

export function runtimeOptions(info: languagePb.ProgramInfo | undefined): RuntimeOptions {
  const parsed = optionsSchema.safeParse(info?.getOptions()?.toJavaScript() ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`runtime.options are wrong: ${issues.join("; ")}`);
}

/** How the SDK's commands are told. */
export function programEnvironment(options: RuntimeOptions): Record<string, string> {
  return {
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript),
    ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}
