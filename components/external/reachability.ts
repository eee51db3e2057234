import { type Cidr, overlap, parseCidr } from "../cidr.ts";

/** How Azure and the driver get to the primary. */
export type Reach = "public" | "tunnel" | "vpn";

/** What is declared of an external primary, as far as reaching it goes. */
export interface ExternalEndpoints {
  /** Through the internet, through a tunnel that ends at a DNS name (e.g. Cloudflare's), or through a site-to-site VPN. */
  readonly reach: Reach;
  /** DNS name or address of the database as the standby sees it. */
  readonly databaseHost: string;
  /** 1 to 65535. */
  readonly databasePort: number;
  /** TLS to the database. Only inside a VPN may it be off. */
  readonly databaseTls: boolean;
  /** DNS name or address of the public service. */
  readonly publicHost: string;
  /** 1 to 65535. */
  readonly publicPort: number;
  /** Names or addresses of internal services that the health watch asks. */
  readonly internalHosts: readonly string[];
  /** Network of the primary's site; a VPN needs to know it. */
  readonly networkCidr?: string;
  /** URL of an S3-compatible store. */
  readonly objectsEndpoint?: string;
}

/** One thing about the declaration that cannot work. */
export interface ReachabilityProblem {
  /** Which of the endpoints, e.g. databaseHost. */
  readonly key: string;
  /** As found; undefined: not declared. */
  readonly value: string | undefined;
  /** What would be right. */
  readonly right: string;
}

const LOOPBACK = ["127.0.0.0/8"].flatMap(known);
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"].flatMap(known);
const DNS_NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Everything that is wrong between the declared endpoints and how they are said to be reached; pure, and no name is
 * looked up. `taken` are the networks that a VPN would join the primary's to, by what they are called.
 */
export function reachabilityProblems(
  endpoints: ExternalEndpoints,
  taken: Readonly<Record<string, string>> = {},
): readonly ReachabilityProblem[] {
  const hosts: readonly (readonly [string, string])[] = [
    ["databaseHost", endpoints.databaseHost],
    ["publicHost", endpoints.publicHost],
    ...endpoints.internalHosts.map((host, index) => [`internalHosts.${index}`, host] as const),
  ];
  const problems = hosts.flatMap(([key, host]) => hostProblem(key, host, endpoints));
  for (const key of ["databasePort", "publicPort"] as const) {
    const port = endpoints[key];
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      problems.push({ key, value: String(port), right: "a port, 1 to 65535" });
    }
  }
  if (!endpoints.databaseTls && endpoints.reach !== "vpn") {
    const right = `true with reach ${endpoints.reach}; rows and passwords would cross the internet readable (a VPN may do without)`;
    problems.push({ key: "databaseTls", value: "false", right });
  }
  problems.push(...objectsProblems(endpoints), ...networkProblems(endpoints, taken));
  return problems;
}

function hostProblem(key: string, host: string, { reach }: ExternalEndpoints): ReachabilityProblem[] {
  const address = parseCidr(`${host}/32`);
  if (!address && !DNS_NAME.test(host) && !(reach === "vpn" && /^[a-z0-9-]+$/i.test(host))) {
    return [{ key, value: host, right: "a DNS name such as db.example.org, or an IPv4 address" }];
  }
  // Inside a VPN the declarer knows better what an address leads to.
  if (reach !== "vpn" && isLoopback(host, address)) {
    return [
      { key, value: host, right: `a name or address of the primary with reach ${reach}; this one is the asker itself` },
    ];
  }
  if (reach === "tunnel" && address) {
    return [
      { key, value: host, right: "the tunnel's DNS name with reach tunnel; an address is not what a tunnel gives" },
    ];
  }
  if (reach === "public" && (isWithin(address, PRIVATE) || /\.(local|internal|lan|home\.arpa)$/i.test(host))) {
    const right =
      "a name or address that the internet knows with reach public; for a private one say reach tunnel or vpn";
    return [{ key, value: host, right }];
  }
  return [];
}

function objectsProblems({ objectsEndpoint, reach }: ExternalEndpoints): ReachabilityProblem[] {
  if (objectsEndpoint === undefined) return [];
  const key = "objectsEndpoint";
  const url = URL.canParse(objectsEndpoint) ? new URL(objectsEndpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return [{ key, value: objectsEndpoint, right: "a URL such as https://objects.example.org" }];
  }
  if (url.username || url.password) {
    return [
      {
        key,
        value: `${url.protocol}//…@${url.host}`,
        right: "a URL without a password; keys are configured as secrets",
      },
    ];
  }
  if (url.protocol === "http:" && reach !== "vpn") {
    return [{ key, value: objectsEndpoint, right: `an https URL with reach ${reach}` }];
  }
  const address = parseCidr(`${url.hostname}/32`);
  if (reach !== "vpn" && (isLoopback(url.hostname, address) || isWithin(address, PRIVATE))) {
    return [{ key, value: objectsEndpoint, right: "a URL whose host can be reached from Azure" }];
  }
  return [];
}

function networkProblems(
  { reach, networkCidr }: ExternalEndpoints,
  taken: Readonly<Record<string, string>>,
): ReachabilityProblem[] {
  const key = "networkCidr";
  if (networkCidr === undefined) {
    return reach === "vpn"
      ? [{ key, value: undefined, right: "the network of the primary's site, e.g. 192.168.0.0/24" }]
      : [];
  }
  const network = parseCidr(networkCidr);
  if (!network) return [{ key, value: networkCidr, right: "an IPv4 block such as 192.168.0.0/24" }];
  for (const [name, text] of Object.entries(taken)) {
    const other = parseCidr(text);
    if (other && overlap(network, other)) {
      return [{ key, value: networkCidr, right: `a block that does not overlap ${name} (${text})` }];
    }
  }
  return [];
}

function isLoopback(host: string, address: Cidr | undefined): boolean {
  return isWithin(address, LOOPBACK) || /(^|\.)localhost$/i.test(host) || host === "0.0.0.0";
}

function isWithin(address: Cidr | undefined, blocks: readonly Cidr[]): boolean {
  return address !== undefined && blocks.some((block) => overlap(block, address));
}

function known(text: string): Cidr[] {
  const block = parseCidr(text);
  return block ? [block] : [];
}
