import { z } from "zod";
import { cisAws, nist, securityHub } from "../shared/controls.ts";
import { at, is, isBelow, isKnown, isNot, objects, texts, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const types = ["aws:rds/instance:Instance"];

const encrypted = resourceRule({
  name: "aws-database-encrypted",
  title: "A database is encrypted at rest.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("RDS.3"), cisAws("2.3.1"), nist("SC-28")],
  remedy:
    "Set storageEncrypted. It replaces an instance that is not encrypted yet: copy a snapshot with a key and restore it.",
  types,
  check: ({ props }) => {
    const value = at(props, "storageEncrypted");
    return isNot(value, true) ? [wrong("storageEncrypted", value, "true")] : [];
  },
});

const multiAz = resourceRule({
  name: "aws-database-multi-az",
  title: "A database has a standby in another zone.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("RDS.5"), nist("CP-10")],
  remedy: "Set multiAz (pilotlight:database.multiAz).",
  types,
  check: ({ props }) => {
    const value = at(props, "multiAz");
    return isNot(value, true) ? [wrong("multiAz", value, "true")] : [];
  },
});

const backups = resourceRule(
  {
    name: "aws-database-backups",
    title: "Automatic backups of a database are kept long enough.",
    severity: "high",
    level: "mandatory",
    controls: [securityHub("RDS.11"), nist("CP-9")],
    remedy: "Raise backupRetentionPeriod (pilotlight:database.backupDays).",
    types,
    check: ({ props }, { days }) => {
      const value = at(props, "backupRetentionPeriod");
      return isBelow(value, days) ? [wrong("backupRetentionPeriod", value, `${days} days or more`)] : [];
    },
  },
  z.object({ days: z.int().min(1).max(35).default(7).describe("Least retention, in days.") }),
);

const kept = resourceRule({
  name: "aws-database-kept",
  title: "A database cannot be deleted by mistake, nor without a last snapshot.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("RDS.8"), nist("CP-9")],
  remedy: "Set deletionProtection and leave skipFinalSnapshot out (pilotlight:protectData).",
  types,
  check: ({ props }) => {
    const [guarded, skipped] = [at(props, "deletionProtection"), at(props, "skipFinalSnapshot")];
    return [
      ...(isNot(guarded, true) ? [wrong("deletionProtection", guarded, "true")] : []),
      ...(is(skipped, true) ? [wrong("skipFinalSnapshot", skipped, "false")] : []),
    ];
  },
});

const notPublic = resourceRule({
  name: "aws-database-not-public",
  title: "A database has no public address.",
  severity: "critical",
  level: "mandatory",
  controls: [securityHub("RDS.2"), cisAws("2.3.3"), nist("AC-3")],
  remedy:
    "Reach it through a VPN or a private link and set publiclyAccessible to false; where that cannot be, accept it.",
  types,
  check: ({ props }) => {
    const value = at(props, "publiclyAccessible");
    return is(value, true) ? [wrong("publiclyAccessible", value, "false")] : [];
  },
});

const logs = resourceRule({
  name: "aws-database-logs",
  title: "A database sends its log to CloudWatch.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("RDS.36"), nist("AU-2")],
  remedy: "Add postgresql to enabledCloudwatchLogsExports.",
  types,
  check: ({ props }) => {
    const value = at(props, "enabledCloudwatchLogsExports");
    if (!isKnown(value) || texts(value).includes("postgresql")) return [];
    return [wrong("enabledCloudwatchLogsExports", value, "a list with postgresql")];
  },
});

const tls = resourceRule({
  name: "aws-database-tls",
  title: "A database takes encrypted connections only.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("RDS.38"), nist("SC-8")],
  remedy: "Set rds.force_ssl to 1 in the parameter group (pilotlight:database.sslMode: require).",
  types: ["aws:rds/parameterGroup:ParameterGroup"],
  check: ({ props }) => {
    if (!String(at(props, "family")).startsWith("postgres")) return [];
    const parameters = at(props, "parameters");
    if (!isKnown(parameters)) return [];
    const value = objects(parameters).find(({ name }) => name === "rds.force_ssl")?.value;
    return String(value) === "1" ? [] : [wrong("parameters.rds.force_ssl", value, "1")];
  },
});

export const databaseRules: readonly ResourceRule[] = [encrypted, multiAz, backups, kept, notPublic, logs, tls];
