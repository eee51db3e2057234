import type { Input } from "@pulumi/pulumi";
import { DEFAULT_RESOURCES } from "./container-resources.ts";
import { topologySpread } from "./scaling.ts";
import { PROVIDER_CLASS, type SecretSource } from "./secret-source.ts";
import { serviceLabels, type WorkloadService } from "./workload-service.ts";

export type { WorkloadService } from "./workload-service.ts";

/** Where pods find their secrets, one file each. */
export const SECRETS_DIRECTORY = "/var/run/secrets/pilotlight";
export const SERVICE_ACCOUNT = "application";
/** Kubernetes Secret with the files. */
export const SECRET_NAME = "pilotlight";
/** Files in `SECRETS_DIRECTORY`. */
export const DATABASE_PASSWORD_FILE = "database-password";
export const BLOB_ACCOUNT_KEY_FILE = "blob-account-key";

/** The application's database, as its pods reach it. */
export interface WorkloadDatabase {
  /** Name or address. */
  readonly host: Input<string>;
  /** TCP. */
  readonly port: number;
  /** Of the database in the server. */
  readonly name: string;
  /** The application's role; never an administrator. */
  readonly user: string;
  /** Secret; goes to a file, never into the environment. */
  readonly password: Input<string>;
  /** Whether connections are encrypted. */
  readonly sslMode: "require" | "disable";
}

/** The application's object store: a bucket by the pods' own identity, or a container by an account key. */
export type WorkloadObjects =
  | {
      readonly kind: "s3";
      /** Its name. */
      readonly bucket: Input<string>;
      /** AWS region of the bucket. */
      readonly region: string;
    }
  | {
      readonly kind: "blob";
      /** Name of the storage account. */
      readonly account: Input<string>;
      /** URL of its blob service. */
      readonly endpoint: Input<string>;
      /** Blob container in the account. */
      readonly container: Input<string>;
      /** Secret; goes to a file. */
      readonly accountKey: Input<string>;
    };

/** The environment that the pods of all services share. */
export interface PodSettings {
  /** Which site this is. */
  readonly site: "primary" | "standby";
  /** What the containers speak on their port. */
  readonly protocol: "HTTP" | "HTTPS";
  /** Where the application's rows are. */
  readonly database: WorkloadDatabase;
  /** Where the application's objects are. */
  readonly objects: WorkloadObjects;
  /** Where the pods' secret files come from. Default: a Secret that this program writes. */
  readonly secretSource?: SecretSource;
}

/** The container's environment. Passwords and keys are files in `SECRETS_DIRECTORY`. */
export function environment(service: WorkloadService, settings: PodSettings): Record<string, Input<string>> {
  const { database } = settings;
  return {
    SITE: settings.site,
    PORT: String(service.port),
    DATABASE_HOST: database.host,
    DATABASE_PORT: String(database.port),
    DATABASE_NAME: database.name,
    DATABASE_USER: database.user,
    DATABASE_SSLMODE: database.sslMode,
    ...objectsEnvironment(settings.objects),
  };
}

function objectsEnvironment(objects: WorkloadObjects): Record<string, Input<string>> {
  if (objects.kind === "s3") {
    return { OBJECTS_KIND: "s3", OBJECTS_BUCKET: objects.bucket, AWS_REGION: objects.region };
  }
  return {
    OBJECTS_KIND: "blob",
    OBJECTS_ENDPOINT: objects.endpoint,
    OBJECTS_ACCOUNT: objects.account,
    OBJECTS_CONTAINER: objects.container,
  };
}

/** Not root, nothing writable, no privileges, no token for the Kubernetes API; restarted when it hangs. */
export function podSpec(service: WorkloadService, settings: PodSettings) {
  const { resources = DEFAULT_RESOURCES, replicas, spread = replicas > 1 } = service;
  const probe = (path: string) => ({ httpGet: { path, port: "http", scheme: settings.protocol }, timeoutSeconds: 2 });
  return {
    serviceAccountName: SERVICE_ACCOUNT,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      fsGroup: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(spread ? { topologySpreadConstraints: topologySpread(serviceLabels(service)) } : {}),
    containers: [
      {
        name: service.name,
        image: service.image,
        ports: [{ name: "http", containerPort: service.port }],
        env: Object.entries(environment(service, settings)).map(([name, value]) => ({ name, value })),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
        startupProbe: { ...probe("/live"), periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { ...probe("/live"), periodSeconds: 10, failureThreshold: 3 },
        readinessProbe: { ...probe("/ready"), periodSeconds: 2, failureThreshold: 2 },
        volumeMounts: [{ name: "secrets", mountPath: SECRETS_DIRECTORY, readOnly: true }],
      },
    ],
    volumes: [{ name: "secrets", ...secretVolume(settings.secretSource) }],
  };
}

function secretVolume(source: SecretSource | undefined) {
  if (source?.kind !== "csi") return { secret: { secretName: SECRET_NAME, defaultMode: 0o440 } };
  const volumeAttributes = { secretProviderClass: PROVIDER_CLASS };
  return { csi: { driver: "secrets-store.csi.k8s.io", readOnly: true, volumeAttributes } };
}
