import type { Site } from "../../stacks/outputs.ts";
import { disallowedExtensions, howToAllow } from "../domain/extensions.ts";
import type { ServerFacts } from "./facts.ts";
import { type Finding, failed, ok, warning, worst } from "./finding.ts";

/** Parameters that are set and not yet in effect. The follower is restarted by the driver, the site that serves never is. */
export function judgeParameters(
  servers: Readonly<Partial<Record<Site, Pick<ServerFacts, "pendingRestart">>>>,
  activeSite: Site,
): Finding {
  const findings = (["primary", "standby"] as const).flatMap((site) => {
    const pending = servers[site]?.pendingRestart;
    if (pending === undefined) return [];
    if (pending.length === 0) return [ok(`nothing waits for a restart at ${site}`)];
    const shown = `set at ${site} and waiting for a restart: ${pending.join(", ")}`;
    return [
      site === activeSite
        ? failed(shown, "restart that server in a quiet hour: it serves, so the driver does not")
        : warning(shown, "the next reprotect restarts the standby; restart any other server yourself"),
    ];
  });
  return worst(findings);
}

/** Where the follower's server refuses an extension that the active site uses, nothing of it can be carried. */
export function judgeExtensions(active: ServerFacts, follower: ServerFacts): Finding {
  const refused = disallowedExtensions(active, follower);
  if (refused.length > 0)
    return failed(`the follower would refuse to create ${refused.join(", ")}`, howToAllow(refused));
  const { extensions } = active;
  return ok(extensions.length === 0 ? "no extension is in use" : `the follower has or allows ${extensions.join(", ")}`);
}
