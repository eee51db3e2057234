export interface EksAccess {
  readonly clusterName: string;
  readonly region: string;
  readonly endpoint: string;
  /** Base64 PEM. */
  readonly certificateAuthorityData: string;
}

/**
 * A kubeconfig (JSON, which is YAML) without a credential in it: whoever uses it gets a token from `aws eks get-token`
 * with an AWS identity of their own.
 */
export function eksKubeconfig({ clusterName, region, endpoint, certificateAuthorityData }: EksAccess): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusterName,
    clusters: [
      { name: clusterName, cluster: { server: endpoint, "certificate-authority-data": certificateAuthorityData } },
    ],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    users: [
      {
        name: clusterName,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["--region", region, "eks", "get-token", "--cluster-name", clusterName, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
}
