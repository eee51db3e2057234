/** Names of the two functions, which their URLs end in. */
export const HEALTH_CHECK = "health_check";
/** Moves traffic unless the cooldown forbids it. */
export const DO_FAILOVER = "do_failover";

/**
 * The Logic App of Devoteam-MCloud; pure. Every minute it asks `health_check`, and where the answer says `healthy: false`
 * it asks `do_failover`. An answer that is an error says nothing about health: the run ends there and the next one asks
 * again. Keys come in as parameters that Azure shows to nobody, and the calls that carry them are not logged.
 */
export function failoverWorkflow() {
  const call = (name: string, method: "GET" | "POST", keyParameter: string) => ({
    type: "Http",
    inputs: {
      method,
      uri: `@concat('https://', parameters('functionsHost'), '/api/${name}')`,
      queries: { code: `@parameters('${keyParameter}')` },
      // One answer a minute is enough, and a failover is not to be asked for twice.
      retryPolicy: { type: "none" },
    },
    limit: { timeout: "PT50S" },
    runtimeConfiguration: { secureData: { properties: ["inputs"] } },
  });
  return {
    $schema:
      "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
    contentVersion: "1.0.0.0",
    parameters: {
      functionsHost: { type: "String" },
      healthCheckKey: { type: "SecureString" },
      doFailoverKey: { type: "SecureString" },
    },
    triggers: {
      every_minute: {
        type: "Recurrence",
        recurrence: { frequency: "Minute", interval: 1 },
        // A run that takes longer than a minute is not overtaken.
        runtimeConfiguration: { concurrency: { runs: 1 } },
      },
    },
    actions: {
      [HEALTH_CHECK]: { ...call(HEALTH_CHECK, "GET", "healthCheckKey"), runAfter: {} },
      condition: {
        type: "If",
        expression: { and: [{ equals: [`@body('${HEALTH_CHECK}')?['healthy']`, false] }] },
        actions: { [DO_FAILOVER]: { ...call(DO_FAILOVER, "POST", "doFailoverKey"), runAfter: {} } },
        else: { actions: {} },
        runAfter: { [HEALTH_CHECK]: ["Succeeded"] },
      },
    },
    outputs: {},
  };
}
