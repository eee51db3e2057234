/** Name of the supervisor's own run file. */
export const supervisorRunName = "supervisor";
