import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  secret,
} from "@pulumi/pulumi";
import { type Reach, reachabilityProblems } from "./reachability.ts";

/** A database that runs somewhere else. */
export interface ExternalDatabase {
  /** DNS name or address, as the standby and the driver see it. */
  readonly host: string;
  /** Default 5432. */
  readonly port?: number;
  /** TLS. Only inside a VPN may it be off. Default true. */
  readonly tls?: boolean;
  /** A role that may make publications and read everything. */
  readonly adminUser: string;
  /** Secret. */
  readonly adminPassword: Input<string>;
  /** Secret: of the role that the application logs in with. */
  readonly appPassword: Input<string>;
}

/** A store that speaks S3, somewhere else. */
export interface ExternalObjects {
  /** Name of the bucket. */
  readonly bucket: string;
  /** Region that requests are signed for; MinIO takes any. Default us-east-1. */
  readonly region?: string;
  /** URL of the store, e.g. https://objects.example.org */
  readonly endpoint: string;
}

/** Options of `ExternalPrimary`. */
export interface ExternalPrimaryArgs {
  /** How Azure and the driver get there. Default public. */
  readonly reach?: Reach;
  /** The application's database. */
  readonly database: ExternalDatabase;
  /** DNS name or address of the public service, where users end up while the primary is active. */
  readonly publicHost: string;
  /** Its port. Default 443. */
  readonly publicPort?: number;
  /** Hosts of internal services, by the service's name, for the health watch. Default none. */
  readonly internalHosts?: Readonly<Record<string, string>>;
  /** Bucket that is copied to the standby. Default: none. */
  readonly objects?: ExternalObjects;
  /** Network of the primary's site; needed with reach vpn. */
  readonly networkCidr?: string;
  /** Networks that a VPN would join it to, by what they are called; it may overlap none. Default none. */
  readonly otherNetworks?: Readonly<Record<string, string>>;
}

/** What an external database tells the stack: the same as a created one. */
export interface ExternalDatabaseOutputs {
  /** DNS name or address. */
  readonly host: Output<string>;
  /** Port of the database. */
  readonly port: number;
  /** TLS is spoken. */
  readonly tls: boolean;
  /** Owner of publications. */
  readonly adminUser: string;
  /** Secret. */
  readonly adminPassword: Output<string>;
  /** Secret. */
  readonly appPassword: Output<string>;
}

/**
 * A primary that is there already, on premises: declared by its endpoints, never created, changed or scaled. It gives the
 * same outputs as one in AWS, so that standby and driver do not care which it is.
 * Errors: an endpoint that cannot be reached the way it is declared.
 */
export class ExternalPrimary extends ComponentResource {
  /** How it is reached. */
  readonly reach: Reach;
  /** The database. */
  readonly database: ExternalDatabaseOutputs;
  /** Host of the public service. */
  readonly publicHost: Output<string>;
  /** Port of the public service. */
  readonly publicPort: number;
  /** Hosts of internal services, by name. */
  readonly internalHosts: Readonly<Record<string, string>>;
  /** Undefined without `objects`. */
  readonly objects: { readonly bucket: string; readonly region: string; readonly endpoint: string } | undefined;

  constructor(name: string, args: ExternalPrimaryArgs, options?: ComponentResourceOptions) {
    super("pilotlight:external:ExternalPrimary", name, {}, options);
    const { reach = "public", database, publicPort = 443, internalHosts = {}, objects } = args;
    const { port = 5432, tls = true } = database;
    const problems = reachabilityProblems(
      {
        reach,
        databaseHost: database.host,
        databasePort: port,
        databaseTls: tls,
        publicHost: args.publicHost,
        publicPort,
        internalHosts: Object.values(internalHosts),
        ...(args.networkCidr === undefined ? {} : { networkCidr: args.networkCidr }),
        ...(objects ? { objectsEndpoint: objects.endpoint } : {}),
      },
      args.otherNetworks,
    );
    if (problems.length > 0) {
      const lines = problems.map(({ key, value, right }) => `${key}: ${value ?? "not set"}; right would be: ${right}`);
      throw new Error(`the external primary cannot be reached as declared:\n  ${lines.join("\n  ")}`);
    }
    this.reach = reach;
    this.database = {
      host: output(database.host),
      port,
      tls,
      adminUser: database.adminUser,
      adminPassword: secret(database.adminPassword),
      appPassword: secret(database.appPassword),
    };
    this.publicHost = output(args.publicHost);
    this.publicPort = publicPort;
    this.internalHosts = internalHosts;
    this.objects = objects ? { ...objects, region: objects.region ?? "us-east-1" } : undefined;
    this.registerOutputs({
      reach,
      database: { ...this.database },
      publicHost: this.publicHost,
      publicPort,
      internalHosts,
      objects: this.objects,
    });
  }
}
