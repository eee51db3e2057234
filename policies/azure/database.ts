import { z } from "zod";
import { azurePolicy, cisAzure, microsoftBenchmark, nist } from "../shared/controls.ts";
import { at, is, isBelow, number, text, wrong } from "../shared/read.ts";
import { UNKNOWN } from "../shared/resource.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const POSTGRES = "azure-native:dbforpostgresql:Server";
const SQL = "azure-native:sql:Server";

const backups = resourceRule(
  {
    name: "azure-database-backups",
    title: "Automatic backups of a database are kept long enough.",
    severity: "high",
    level: "mandatory",
    controls: [microsoftBenchmark("BR-1"), nist("CP-9")],
    remedy: "Raise backup.backupRetentionDays (pilotlight:database.backupDays).",
    types: [POSTGRES],
    check: ({ props }, { days }) => {
      const value = at(props, "backup.backupRetentionDays");
      return isBelow(value, days) ? [wrong("backup.backupRetentionDays", value, `${days} days or more`)] : [];
    },
  },
  z.object({ days: z.int().min(7).max(35).default(7).describe("Least retention, in days.") }),
);

const notPublic = resourceRule({
  name: "azure-database-not-public",
  title: "A database has no public address.",
  severity: "critical",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Public network access should be disabled for PostgreSQL flexible servers",
      "SQL/PostgreSQL_FlexibleServers_DisablePublicNetworkAccess_Audit",
    ),
    azurePolicy(
      "Public network access on Azure SQL Database should be disabled",
      "SQL/SqlServer_PublicNetworkAccess_Audit",
    ),
    microsoftBenchmark("NS-2"),
    nist("AC-3"),
  ],
  remedy: "Give it a private endpoint and set publicNetworkAccess to Disabled; where that cannot be, accept it.",
  types: [POSTGRES, SQL],
  check: ({ type, props }) => {
    const path = type === POSTGRES ? "network.publicNetworkAccess" : "publicNetworkAccess";
    const value = at(props, path);
    return is(value, "Disabled") || value === UNKNOWN ? [] : [wrong(path, value, "Disabled")];
  },
});

const narrow = resourceRule(
  {
    name: "azure-database-firewall-narrow",
    title: "A database's firewall lets named networks in, not half the world.",
    severity: "critical",
    level: "mandatory",
    controls: [microsoftBenchmark("NS-2"), cisAzure("4.1.2"), cisAzure("4.3.7"), nist("SC-7")],
    remedy: "Name smaller networks (pilotlight:allowedCidrs).",
    types: [
      "azure-native:dbforpostgresql:FirewallRule",
      "azure-native:dbforpostgresql:SingleServerFirewallRule",
      "azure-native:sql:FirewallRule",
    ],
    check: ({ props }, { addresses }) => {
      const [start, end] = [text(props.startIpAddress), text(props.endIpAddress)];
      if (start === undefined || end === undefined) return [];
      // How Azure writes "every service of Azure, of every customer".
      const anyAzure = start === "0.0.0.0" && end === "0.0.0.0";
      const count = ordinal(end) - ordinal(start) + 1;
      if (!anyAzure && count <= addresses) return [];
      const what = anyAzure ? "every customer of Azure" : `${count} addresses`;
      return [`startIpAddress ${start}, endIpAddress ${end}: ${what}; right would be: ${addresses} addresses or fewer`];
    },
  },
  z.object({ addresses: z.int().min(1).default(65_536).describe("Most addresses in one rule.") }),
);

function ordinal(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

const tls = resourceRule({
  name: "azure-database-tls",
  title: "A database takes encrypted connections only.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Enforce SSL connection should be enabled for PostgreSQL flexible servers",
      "PostgreSQL/FlexibleServers_EnableSSL_AINE",
    ),
    azurePolicy(
      "Azure SQL Database should be running TLS version 1.2 or newer",
      "SQL/SqlServer_MiniumTLSVersion_Audit",
    ),
    microsoftBenchmark("DP-3"),
    nist("SC-8"),
  ],
  remedy:
    "Leave require_secure_transport on (pilotlight:database.sslMode: require); for Azure SQL, minimalTlsVersion 1.2.",
  types: ["azure-native:dbforpostgresql:Configuration", SQL],
  check: ({ type, props }) => {
    if (type === SQL) {
      const version = props.minimalTlsVersion;
      if (version === UNKNOWN || (number(version) ?? 0) >= 1.2) return [];
      return [wrong("minimalTlsVersion", version, "1.2 or 1.3")];
    }
    if (!is(props.configurationName, "require_secure_transport")) return [];
    return is(props.value, "off") ? [wrong("require_secure_transport", "off", "on")] : [];
  },
});

export const databaseRules: readonly ResourceRule[] = [backups, notPublic, narrow, tls];
