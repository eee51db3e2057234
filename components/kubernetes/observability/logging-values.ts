/** Service of the Loki release in its namespace. */
const LOKI_GATEWAY = "loki-gateway";

/** Values of the chart `loki`: one process with a volume, which serves tens of GB a day; no caches, canary or tests. */
export function lokiValues(retentionDays: number) {
  const none = { replicas: 0 };
  return {
    deploymentMode: "Monolithic",
    loki: {
      auth_enabled: false,
      commonConfig: { replication_factor: 1 },
      storage: { type: "filesystem" },
      schemaConfig: {
        configs: [
          {
            from: "2024-04-01",
            store: "tsdb",
            object_store: "filesystem",
            schema: "v13",
            index: { prefix: "loki_index_", period: "24h" },
          },
        ],
      },
      limits_config: { retention_period: `${24 * retentionDays}h` },
      // Without the compactor's deletion a retention period is only a wish.
      compactor: {
        retention_enabled: true,
        delete_request_store: "filesystem",
        working_directory: "/var/loki/compactor",
      },
    },
    singleBinary: { replicas: 1, persistence: { enabled: true, size: "20Gi" } },
    read: none,
    write: none,
    backend: none,
    chunksCache: { enabled: false },
    resultsCache: { enabled: false },
    lokiCanary: { enabled: false },
    test: { enabled: false },
  };
}

/** Values of the chart `promtail`: every pod's log to Loki. */
export function promtailValues(namespace: string) {
  return { config: { clients: [{ url: `${lokiUrl(namespace)}/loki/api/v1/push` }] } };
}

export function lokiUrl(namespace: string): string {
  return `http://${LOKI_GATEWAY}.${namespace}.svc`;
}
