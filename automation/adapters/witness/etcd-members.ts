import { z } from "zod";
import { serialiseError } from "../../domain/errors.ts";
import type { WitnessMember } from "../../preflight/facts.ts";
import { EtcdClient, type EtcdClientOptions } from "./etcd-client.ts";

const statusSchema = z.object({ version: z.string(), leader: z.string().optional() });

/** Each member asked by itself: a quorum hides that one of them is gone, until the next one goes. Never throws. */
export function etcdMembers(options: EtcdClientOptions, signal: AbortSignal): Promise<readonly WitnessMember[]> {
  return Promise.all(
    options.endpoints.map(async (endpoint): Promise<WitnessMember> => {
      const name = new URL(endpoint).host;
      try {
        const client = new EtcdClient({ ...options, endpoints: [endpoint] });
        const { leader = "0" } = await client.call("/v3/maintenance/status", {}, statusSchema, signal);
        return leader === "0" ? { name, trouble: "it knows no leader" } : { name, trouble: undefined };
      } catch (error) {
        return { name, trouble: serialiseError(error).message };
      }
    }),
  );
}
