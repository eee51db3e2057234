import { azurePolicy, cisAzure, microsoftBenchmark, nist } from "../shared/controls.ts";
import { at, isNot, number, wrong } from "../shared/read.ts";
import { UNKNOWN } from "../shared/resource.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const APP = ["azure-native:web:WebApp", "azure-native:web:WebAppSlot"];

const appHttps = resourceRule({
  name: "azure-functions-https",
  title: "Functions answer over HTTPS only.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy("Function apps should only be accessible over HTTPS", "App Service/FunctionApp_AuditHTTP_Audit"),
    cisAzure("9.2"),
    microsoftBenchmark("DP-3"),
    nist("SC-8"),
  ],
  remedy: "Set httpsOnly. The pack sets it where enforcement is remediate.",
  types: APP,
  check: ({ props: { httpsOnly: value } }) => (isNot(value, true) ? [wrong("httpsOnly", value, "true")] : []),
  remediate: (props) => (isNot(props.httpsOnly, true) ? { ...props, httpsOnly: true } : undefined),
});

const appTls = resourceRule({
  name: "azure-functions-tls",
  title: "Functions speak TLS 1.2 or later, and no FTP.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy("Function apps should use the latest TLS version", "App Service/RequireLatestTls_FunctionApp_Audit"),
    azurePolicy("Function apps should require FTPS only", "App Service/AuditFTPS_FunctionApp_Audit"),
    cisAzure("9.3"),
    cisAzure("9.10"),
    microsoftBenchmark("DP-3"),
    nist("SC-8"),
  ],
  remedy: "Set siteConfig.minTlsVersion to 1.2 and siteConfig.ftpsState to Disabled.",
  types: APP,
  check: ({ props }) => {
    const [version, ftps] = [at(props, "siteConfig.minTlsVersion"), at(props, "siteConfig.ftpsState")];
    return [
      ...(version !== UNKNOWN && (number(version) ?? 0) < 1.2
        ? [wrong("siteConfig.minTlsVersion", version, "1.2 or 1.3")]
        : []),
      ...(isNot(ftps, "Disabled") && isNot(ftps, "FtpsOnly") ? [wrong("siteConfig.ftpsState", ftps, "Disabled")] : []),
    ];
  },
});

const entrance = resourceRule({
  name: "azure-entrance-https",
  title: "Users come in, and are probed for, over HTTPS.",
  severity: "high",
  level: "mandatory",
  controls: [microsoftBenchmark("DP-3"), nist("SC-8")],
  remedy: "Probe over HTTPS (pilotlight:traffic.protocol), forward over HTTPS only and redirect to it.",
  types: ["azure-native:trafficmanager:Profile", "azure-native:cdn:Route", "azure-native:cdn:AFDOriginGroup"],
  check: ({ type, props }) => {
    const wanted: Readonly<Record<string, string>> = type.endsWith(":Profile")
      ? { "monitorConfig.protocol": "HTTPS" }
      : type.endsWith(":Route")
        ? { forwardingProtocol: "HttpsOnly", httpsRedirect: "Enabled" }
        : { "healthProbeSettings.probeProtocol": "Https" };
    return Object.entries(wanted).flatMap(([path, right]) => {
      const value = at(props, path);
      return isNot(value, right) ? [wrong(path, value, right)] : [];
    });
  },
});

export const webRules: readonly ResourceRule[] = [appHttps, appTls, entrance];
