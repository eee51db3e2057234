import { z } from "zod";
import type { Properties } from "../resource-kind.ts";

export interface ProviderConfig {
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
}

const accepted = z.unknown().optional();
const configSchema = z.strictObject({
  region: z.string().min(1).optional(),
  defaultTags: z.strictObject({ tags: z.record(z.string(), z.string()).optional() }).optional(),
  accessKey: z.string().optional(),
  secretKey: z.string().optional(),
  token: z.string().optional(),
  // Without meaning where there is one endpoint and no real account.
  allowedAccountIds: accepted,
  assumeRoles: accepted,
  endpoints: accepted,
  forbiddenAccountIds: accepted,
  ignoreTags: accepted,
  maxRetries: accepted,
  profile: accepted,
  retryMode: accepted,
  s3UsePathStyle: accepted,
  skipCredentialsValidation: accepted,
  skipMetadataApiCheck: accepted,
  skipRegionValidation: accepted,
  skipRequestingAccountId: accepted,
  stsRegion: accepted,
  version: accepted,
});

/** @throws when a property is not known, or no region is set here or in AWS_REGION. */
export function parseProviderConfig(config: Properties, environment: NodeJS.ProcessEnv): ProviderConfig {
  const decoded = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, fromText(value)]));
  const parsed = configSchema.safeParse(decoded);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")}: the sandbox does not know this property of the aws provider yet`
        : `${issue.path.join(".")}: ${issue.message}`,
    );
    throw new Error(`aws provider configuration: ${problems.join("; ")}`);
  }
  const { region, defaultTags, accessKey, secretKey, token } = parsed.data;
  const chosen = region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
  if (chosen === undefined || chosen === "") {
    throw new Error("aws provider configuration: region is not set; set `aws:region` or AWS_REGION, e.g. eu-central-1");
  }
  return {
    region: chosen,
    defaultTags: defaultTags?.tags ?? {},
    credentials:
      accessKey === undefined || secretKey === undefined
        ? undefined
        : { accessKeyId: accessKey, secretAccessKey: secretKey, ...(token !== undefined && { sessionToken: token }) },
  };
}

/** The engine sends objects and lists of a provider's configuration as JSON text. */
function fromText(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
