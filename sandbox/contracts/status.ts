import { z } from "zod";

const cloudSchema = z.enum(["aws", "azure", "control"]);
const hostPortSchema = z.object({ host: z.string(), port: z.number() });

/** What the supervisor says of itself; also what `status --json` prints. */
export const statusSchema = z.object({
  state: z.enum(["starting", "ready", "failed", "stopping"]),
  pid: z.number(),
  instance: z.number(),
  startedAt: z.string(),
  modules: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["waiting", "starting", "ready", "failed"]),
      seconds: z.number().optional(),
      error: z.string().optional(),
    }),
  ),
  processes: z.array(
    z.object({
      name: z.string(),
      cloud: cloudSchema,
      pid: z.number().optional(),
      state: z.enum(["starting", "running", "frozen", "stopped", "failed"]),
    }),
  ),
  gateways: z.array(
    z.object({ name: z.string(), cloud: cloudSchema, listen: hostPortSchema, connections: z.number() }),
  ),
  regions: z.object({ aws: z.enum(["up", "down"]), azure: z.enum(["up", "down"]) }),
  links: z.array(
    z.object({
      from: z.enum(["aws", "azure", "driver", "outside"]),
      to: cloudSchema,
      fault: z.object({ kind: z.enum(["cut", "slow"]), delayMs: z.number().optional() }),
    }),
  ),
  /** VM sizes that Azure has no room for; `all`: any. */
  refusedSizes: z.array(z.string()).default([]),
  /** Management APIs that are throttled or broken. */
  apis: z
    .array(
      z.object({
        cloud: z.enum(["aws", "azure"]),
        service: z.string(),
        how: z.enum(["throttle", "fail"]),
        share: z.number(),
      }),
    )
    .default([]),
  dns: hostPortSchema,
});
export type Status = z.infer<typeof statusSchema>;
