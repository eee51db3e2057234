import { z } from "zod";

/** A line of the request log. */
export const loggedRequestSchema = z.object({
  /** Grows by one with every mutating request; also the seed of its ids. */
  sequence: z.number().int(),
  /** When it was made, in milliseconds since 1970. */
  at: z.number(),
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  /** Base64, when small; else it is in the file `bodyFile` of the bodies' directory. */
  body: z.string().optional(),
  bodyFile: z.string().optional(),
  bodyLength: z.number().int(),
  status: z.number().int(),
});
export type LoggedRequest = z.infer<typeof loggedRequestSchema>;
