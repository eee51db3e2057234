/** Jobs of our own scrape configuration. */
export const SERVICES_JOB = "pilotlight-services";
export const DRIVER_JOB = "pilotlight-driver";

/**
 * Every series that our alerts and dashboards may read, by who exposes it. A rule on a series that nobody exposes never
 * fires and nobody notices, so a test holds rules and dashboards to this list.
 */
export const METRICS = {
  /** The application's services on /metrics: what a service has to expose to be watched. */
  service: {
    /** 0 healthy, 1 degraded, 2 unhealthy; label site. */
    health: "service_health",
    /** Counter; labels method, status, site. */
    requests: "http_requests_total",
  },
  /** Prometheus about its own scrapes. A service answers /metrics after its checks, so how long that takes is its latency. */
  scrape: { up: "up", seconds: "scrape_duration_seconds" },
  /** kube-state-metrics. */
  cluster: {
    node: "kube_node_status_condition",
    replicasWanted: "kube_deployment_spec_replicas",
    replicasAvailable: "kube_deployment_status_replicas_available",
    restarts: "kube_pod_container_status_restarts_total",
  },
  /** The nodes' cAdvisor. */
  container: { cpuSeconds: "container_cpu_usage_seconds_total", memoryBytes: "container_memory_working_set_bytes" },
  /** The driver on /metrics. */
  driver: {
    /** The health score (0-15 and more). */
    score: "pilotlight_health_score",
    /** Points of one signal; labels kind (service, external-uptime, standby-probe, …) and name. */
    signalPoints: "pilotlight_signal_points",
    /** 1 where a signal could not be read; the same labels. */
    signalUnknown: "pilotlight_signal_unknown",
    /** Seconds between a write at the active site and its arrival; label name. */
    replicationLag: "pilotlight_replication_lag_seconds",
    /** 1 for the site that may write, else 0; label site. */
    activeSite: "pilotlight_active_site",
    /** 1 while an operation runs; label plan. */
    operationRunning: "pilotlight_operation_running",
    /** Counter of ended operations; labels plan and outcome. */
    operations: "pilotlight_operations_total",
  },
} as const;
