import { z } from "zod";

const monitorConfig = z
  .looseObject({
    protocol: z.enum(["HTTP", "HTTPS", "TCP"]),
    port: z.number().int().min(1).max(65_535),
    path: z.string().startsWith("/", "must start with /").optional(),
    intervalInSeconds: z.literal([10, 30], "must be 10 or 30").default(30),
    timeoutInSeconds: z.number().int().min(5).max(10).optional(),
    toleratedNumberOfFailures: z.number().int().min(0).max(9).default(3),
    customHeaders: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .max(8)
      .optional(),
    expectedStatusCodeRanges: z
      .array(z.object({ min: z.number().int(), max: z.number().int() }))
      .max(8)
      .optional(),
  })
  .refine((config) => config.protocol === "TCP" || config.path !== undefined, {
    path: ["path"],
    message: "is required for HTTP and HTTPS",
  })
  .refine((config) => config.intervalInSeconds === 30 || (config.timeoutInSeconds ?? 9) <= 9, {
    path: ["timeoutInSeconds"],
    message: "must be 5 to 9 when intervalInSeconds is 10",
  })
  .transform((config) => ({
    ...config,
    timeoutInSeconds: config.timeoutInSeconds ?? (config.intervalInSeconds === 10 ? 9 : 10),
  }));

export const profileProperties = z.looseObject({
  profileStatus: z.enum(["Enabled", "Disabled"]).default("Enabled"),
  trafficRoutingMethod: z.enum(["Priority", "Weighted"], "the sandbox routes by Priority or Weighted"),
  dnsConfig: z.looseObject({
    relativeName: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/, "must be 1-63 letters, digits, . and -"),
    ttl: z.number().int().min(0).max(2_147_483_647).default(300),
    fqdn: z.string().optional(),
  }),
  monitorConfig,
});

export const endpointProperties = z.looseObject({
  target: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, "must be a host name or an IPv4 address"),
  endpointStatus: z.enum(["Enabled", "Disabled"]).default("Enabled"),
  priority: z.number().int().min(1).max(1000).optional(),
  weight: z.number().int().min(1).max(1000).default(1),
  alwaysServe: z.enum(["Enabled", "Disabled"]).optional(),
});
