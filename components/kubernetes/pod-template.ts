import type { Input } from "@pulumi/pulumi";

/** Where pods find their secrets, one file each. */
export const SECRETS_DIRECTORY = "/var/run/secrets/pilotlight";
export const SERVICE_ACCOUNT = "application";
/** Kubernetes Secret with the files. */
export const SECRET_NAME = "pilotlight";
/** Files in `SECRETS_DIRECTORY`. */
export const DATABASE_PASSWORD_FILE = "database-password";
export const BLOB_ACCOUNT_KEY_FILE = "blob-account-key";

/** One service of the application, as both clusters run it. */
export interface WorkloadService {
  readonly name: string;
  readonly image: string;
  /** While its site is active. */
  readonly replicas: number;
  /** The container listens here. */
  readonly port: number;
  readonly role: "public" | "internal";
}

export interface WorkloadDatabase {
  readonly host: Input<string>;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  /** Secret; goes to a file, never into the environment. */
  readonly password: Input<string>;
  readonly sslMode: "require" | "disable";
}

export type WorkloadObjects =
  | { readonly kind: "s3"; readonly bucket: Input<string>; readonly region: string }
  | {
      readonly kind: "blob";
      readonly account: Input<string>;
      readonly endpoint: Input<string>;
      readonly container: Input<string>;
      /** Secret; goes to a file. */
      readonly accountKey: Input<string>;
    };

export interface PodSettings {
  readonly site: "primary" | "standby";
  readonly protocol: "HTTP" | "HTTPS";
  readonly database: WorkloadDatabase;
  readonly objects: WorkloadObjects;
}

/** What the container is told. Passwords and keys are files in `SECRETS_DIRECTORY`. */
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
        resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        startupProbe: { ...probe("/live"), periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { ...probe("/live"), periodSeconds: 10, failureThreshold: 3 },
        readinessProbe: { ...probe("/ready"), periodSeconds: 2, failureThreshold: 2 },
        volumeMounts: [{ name: "secrets", mountPath: SECRETS_DIRECTORY, readOnly: true }],
      },
    ],
    volumes: [{ name: "secrets", secret: { secretName: SECRET_NAME, defaultMode: 0o440 } }],
  };
}
