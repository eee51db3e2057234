import { z } from "zod";
import type { KubernetesService, Network } from "../contracts/contracts.ts";
import { localOf } from "../kubernetes/addresses.ts";
import { nodeAddressAnnotation, poolLabel } from "../kubernetes/agent/agent-config.ts";
import { KubeClient } from "../kubernetes/api/kube-client.ts";

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()).optional(),
        annotations: z.record(z.string(), z.string()).optional(),
      }),
    }),
  ),
});

/** Where the nodes of one node group answer on node ports, inside the cloud. None while the cluster is not there. */
export async function nodeAddresses(
  around: { readonly kubernetes: KubernetesService; readonly network: Network },
  cluster: string,
  nodeGroup: string,
): Promise<readonly string[]> {
  const access = around.kubernetes.access({ cloud: "aws", name: cluster });
  if (access === undefined) return [];
  const { hostname, port } = new URL(access.endpoint);
  const client = new KubeClient({
    // Not through the region's gateway, which faults may have closed.
    server: `https://${around.network.inside(hostname)}:${port}`,
    tls: { ca: Buffer.from(access.certificateAuthorityData, "base64").toString() },
    headers: () => ({ authorization: `Bearer ${access.token}` }),
  });
  try {
    const query = { labelSelector: `${poolLabel}=${nodeGroup.toLowerCase()}` };
    const { items } = listSchema.parse(await client.get("/api/v1/nodes", { query, timeoutMs: 3000 }));
    const reported = items.flatMap(({ metadata }) => metadata.annotations?.[nodeAddressAnnotation] ?? []);
    return reported.map(localOf).sort();
  } finally {
    client.close();
  }
}
