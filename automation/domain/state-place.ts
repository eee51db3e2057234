/** Where a backend of the engine's state really is. */
export interface StatePlace {
  /** For messages, without credentials: `azblob://state`, `s3://state at minio.example:9000`. */
  readonly shown: string;
  readonly cloud: "aws" | "azure" | "google" | "cloudflare" | "this-machine" | "pulumi-cloud" | "unknown";
}

/** Hosts of AWS, of its partitions too. */
const AWS_HOST =
  /(^|\.)(amazonaws\.com(\.cn)?|aws\.amazon\.com|awsapps\.com|api\.aws|on\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov)$/i;
const CLOUDS: readonly (readonly [RegExp, StatePlace["cloud"]])[] = [
  [AWS_HOST, "aws"],
  [/(^|\.)(r2\.cloudflarestorage\.com|r2\.dev)$/i, "cloudflare"],
  [/(^|\.)(googleapis\.com|storage\.cloud\.google\.com)$/i, "google"],
  [/(^|\.)(core|blob)\.(windows|chinacloudapi|usgovcloudapi)\.(net|cn)$/i, "azure"],
  [/(^|\.)pulumi\.com$/i, "pulumi-cloud"],
];

/**
 * `url`: a backend, e.g. `s3://state?endpoint=minio.example:9000`. `s3Endpoint`: what the environment gives for one (AWS_ENDPOINT_URL_S3,
 * AWS_ENDPOINT_URL); one in the URL comes first. `s3://` alone is AWS; with an endpoint, it is whose host the endpoint is.
 */
export function statePlace(url: string, s3Endpoint?: string): StatePlace {
  const { protocol, host, hostname, searchParams } = parseUrl(url);
  const shown = `${protocol}//${host}`;
  switch (protocol) {
    case "s3:": {
      const endpoint = searchParams.get("endpoint") || s3Endpoint || undefined;
      if (endpoint === undefined) return { shown, cloud: "aws" };
      const at = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`);
      return { shown: `${shown} at ${at.host}`, cloud: cloudOfHost(at.hostname) };
    }
    case "azblob:":
      return { shown, cloud: "azure" };
    case "gs:":
      return { shown, cloud: "google" };
    case "file:":
      return { shown, cloud: "this-machine" };
    default:
      return { shown, cloud: cloudOfHost(hostname) };
  }
}

/** The endpoint that the environment gives the AWS SDK for S3; undefined: none, or it is to be ignored. */
export function s3EndpointOf(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true") return undefined;
  return environment["AWS_ENDPOINT_URL_S3"] || environment["AWS_ENDPOINT_URL"] || undefined;
}

function cloudOfHost(hostname: string): StatePlace["cloud"] {
  return CLOUDS.find(([hosts]) => hosts.test(hostname.replace(/\.$/, "")))?.[1] ?? "unknown";
}

/** One that is none has no host: nothing is known of where it is. */
function parseUrl(text: string): Pick<URL, "protocol" | "host" | "hostname" | "searchParams"> {
  const url = URL.parse(text);
  return url ?? { protocol: "", host: "", hostname: "", searchParams: new URLSearchParams() };
}
