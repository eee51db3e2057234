import type { ApiFault } from "../contracts/api-faults.ts";

/** Where a service's own code for "come back later" is not the one of most. */
const throttled: Readonly<Record<string, { readonly status: number; readonly code: string }>> = {
  s3: { status: 503, code: "SlowDown" },
  ec2: { status: 503, code: "RequestLimitExceeded" },
  ...Object.fromEntries(
    ["rds", "iam", "sts", "sns", "route53", "elasticloadbalancing", "autoscaling", "monitoring"].map((service) => [
      service,
      { status: 400, code: "Throttling" },
    ]),
  ),
};

/** How AWS says it. `service`: the signing name, e.g. `eks`. */
export function awsFault(
  service: string,
  how: ApiFault["how"],
): { readonly status: number; readonly code: string; readonly message: string } {
  if (how === "fail") {
    const code = service === "ec2" ? "Unavailable" : "ServiceUnavailable";
    return { status: 503, code, message: "The service is unavailable. Please retry." };
  }
  return { ...(throttled[service] ?? { status: 400, code: "ThrottlingException" }), message: "Rate exceeded" };
}
