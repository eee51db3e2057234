import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { type CustomResourceOptions, type Resource, secret } from "@pulumi/pulumi";
import {
  BLOB_ACCOUNT_KEY_FILE,
  DATABASE_PASSWORD_FILE,
  type PodSettings,
  SECRET_NAME,
  SERVICE_ACCOUNT,
} from "./pod-template.ts";
import {
  externalSecretSpec,
  PROVIDER_CLASS,
  providerClassSpec,
  SECRET_STORE,
  secretStoreSpec,
} from "./secret-source.ts";

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
}

/** Whatever brings the pods' secret files, by `settings.secretSource`; pods are made after what this answers. */
export function workloadSecret(
  name: string,
  settings: PodSettings,
  metadata: (called: string) => Metadata,
  options: CustomResourceOptions,
): readonly Resource[] {
  const source = settings.secretSource ?? { kind: "kubernetes" };
  if (source.kind === "kubernetes") {
    const { database, objects } = settings;
    const files = {
      [DATABASE_PASSWORD_FILE]: secret(database.password),
      ...(objects.kind === "blob" ? { [BLOB_ACCOUNT_KEY_FILE]: secret(objects.accountKey) } : {}),
    };
    return [
      new Secret(`${name}-secret`, { metadata: metadata(SECRET_NAME), type: "Opaque", stringData: files }, options),
    ];
  }
  if (source.kind === "csi") {
    return [
      new CustomResource(
        `${name}-secret`,
        {
          apiVersion: "secrets-store.csi.x-k8s.io/v1",
          kind: "SecretProviderClass",
          metadata: metadata(PROVIDER_CLASS),
          spec: providerClassSpec(source.store, source.files),
        },
        options,
      ),
    ];
  }
  const store = new CustomResource(
    `${name}-secret-store`,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: metadata(SECRET_STORE),
      spec: secretStoreSpec(source.store, SERVICE_ACCOUNT),
    },
    options,
  );
  return [
    new CustomResource(
      `${name}-secret`,
      {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: metadata(SECRET_NAME),
        spec: externalSecretSpec(source.files, SECRET_NAME),
      },
      { ...options, dependsOn: store },
    ),
  ];
}
