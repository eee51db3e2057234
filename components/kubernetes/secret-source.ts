import { type Input, type Output, output } from "@pulumi/pulumi";

/** One secret of the cloud's store, or one property of it where it is a JSON object. */
export interface RemoteSecret {
  /** Name of the secret in Secrets Manager or Key Vault. */
  readonly secret: Input<string>;
  /** Key inside, where the secret is a JSON object, e.g. `password`. Default: the whole secret. */
  readonly property?: string;
}

/** The cloud's store of secrets, and as whom it is read. */
export type SecretStore =
  | {
      readonly kind: "aws";
      /** AWS region of Secrets Manager. */
      readonly region: string;
      /** IAM role that the External Secrets operator assumes. Default: the operator's own. Not for CSI, which uses EKS Pod Identity. */
      readonly role?: Input<string>;
    }
  | {
      readonly kind: "azure";
      /** e.g. https://shop.vault.azure.net/ */
      readonly vaultUri: Input<string>;
      /** The vault's name, which the CSI driver wants beside its address. */
      readonly vaultName: Input<string>;
      /** Microsoft Entra tenant of the vault. */
      readonly tenantId: Input<string>;
      /** Client id of the managed identity that is federated with the application's service account. */
      readonly clientId: Input<string>;
    };

/**
 * Where the files in the pods' secrets directory come from: a Secret that this program writes (`kubernetes`), one that the
 * External Secrets operator keeps, or a volume of the Secrets Store CSI driver. The last two need their
 * controllers in the cluster; then no secret value of the application is in the cluster's objects by our hand.
 */
export type SecretSource =
  | { readonly kind: "kubernetes" }
  | {
      /** Which controller brings them. */
      readonly kind: "external-secrets" | "csi";
      /** The cloud's store that it reads. */
      readonly store: SecretStore;
      /** File name to what it holds; the names are those of components/kubernetes/pod-template.ts. */
      readonly files: Readonly<Record<string, RemoteSecret>>;
    };

/** Names of the objects in the namespace. */
export const SECRET_STORE = "pilotlight";
export const PROVIDER_CLASS = "pilotlight";

/** Spec of an external-secrets.io/v1 SecretStore. */
export function secretStoreSpec(store: SecretStore, serviceAccount: string) {
  if (store.kind === "aws") {
    const role = store.role === undefined ? {} : { role: store.role };
    return { provider: { aws: { service: "SecretsManager", region: store.region, ...role } } };
  }
  return {
    provider: {
      azurekv: {
        authType: "WorkloadIdentity",
        vaultUrl: store.vaultUri,
        serviceAccountRef: { name: serviceAccount },
      },
    },
  };
}

/** Spec of an external-secrets.io/v1 ExternalSecret that keeps the Secret `target` with one key per file. */
export function externalSecretSpec(files: Readonly<Record<string, RemoteSecret>>, target: string) {
  return {
    // A rotated password reaches the pods within this, and the kubelet's own minute.
    refreshInterval: "5m",
    secretStoreRef: { kind: "SecretStore", name: SECRET_STORE },
    target: { name: target, creationPolicy: "Owner" },
    data: Object.entries(files).map(([file, { secret, property }]) => ({
      secretKey: file,
      remoteRef: { key: secret, ...(property === undefined ? {} : { property }) },
    })),
  };
}

/** Spec of a secrets-store.csi.x-k8s.io/v1 SecretProviderClass with one file each. Errors: a property on Azure, whose driver cannot take one out. */
export function providerClassSpec(store: SecretStore, files: Readonly<Record<string, RemoteSecret>>) {
  if (store.kind === "aws") {
    const objects = Object.entries(files).map(([file, { secret, property }]) => ({
      objectName: secret,
      objectType: "secretsmanager",
      ...(property === undefined ? { objectAlias: file } : { jmesPath: [{ path: property, objectAlias: file }] }),
    }));
    return {
      provider: "aws",
      parameters: { region: store.region, usePodIdentity: "true", objects: text(objects) },
    };
  }
  const objects = Object.entries(files).map(([file, { secret, property }]) => {
    if (property !== undefined) {
      throw new Error(
        `secret file ${file}: property ${property} of a Key Vault secret cannot be mounted; right would be none`,
      );
    }
    return { objectName: secret, objectType: "secret", objectAlias: file };
  });
  return {
    provider: "azure",
    parameters: {
      keyvaultName: store.vaultName,
      tenantId: store.tenantId,
      clientID: store.clientId,
      // Each item is a string of its own, as the driver wants it.
      objects: output(objects).apply((list) => JSON.stringify({ array: list.map((one) => JSON.stringify(one)) })),
    },
  };
}

/** What the service account must say so that Azure's workload identity knows it; nothing elsewhere. */
export function accountAnnotations(source: SecretSource): Record<string, Input<string>> {
  if (source.kind === "kubernetes" || source.store.kind === "aws") return {};
  return {
    "azure.workload.identity/client-id": source.store.clientId,
    "azure.workload.identity/tenant-id": source.store.tenantId,
  };
}

/** JSON, which is YAML. */
function text(objects: readonly object[]): Output<string> {
  return output([...objects]).apply((list) => JSON.stringify(list));
}
