import { z } from "zod";

/** What the supervisor hands to the node agent of one cluster, in a file that only its owner can read. */
export const agentConfigSchema = z.object({
  cloud: z.enum(["aws", "azure"]),
  cluster: z.string(),
  /** Inside address of the API server. */
  server: z.string(),
  /** PEM. */
  certificateAuthority: z.string(),
  token: z.string(),
  network: z.object({ second: z.number().int(), index: z.number().int() }),
  /** The cluster's own directory: volumes and working directories of pods. */
  directory: z.string(),
  logDirectory: z.string(),
  /** What the cloud injects into every container. */
  injected: z.record(z.string(), z.string()),
});
export type AgentConfig = z.infer<typeof agentConfigSchema>;

/** Nodes with this label are the agent's; its value is the node pool. */
export const poolLabel = "sandbox.pilotlight/pool";
export const nodeAddressAnnotation = "sandbox.pilotlight/address";
