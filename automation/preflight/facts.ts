import type { ExtensionFacts } from "../domain/extensions.ts";

/** What one database server reports; `extensions` are those of all the application's databases. */
export interface ServerFacts extends ExtensionFacts {
  /** As PostgreSQL numbers them, e.g. 160004. */
  readonly versionNumber: number;
  readonly walLevel: string;
  /** Parameters that are set and take effect at the server's next restart. */
  readonly pendingRestart: readonly string[];
  /** How far its clock is ahead of ours, in milliseconds; the truth is within `uncertaintyMs` of it. */
  readonly aheadMs: number;
  readonly uncertaintyMs: number;
}

/** Where the state of both stacks is, and what opens the secrets in it. */
export interface BackendFacts {
  /** e.g. `azblob://state`, `file:///…`, `https://api.pulumi.com` */
  readonly url: string;
  /** What the environment gives the engine for S3 (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL). Undefined: AWS itself. */
  readonly s3Endpoint?: string | undefined;
  /** By stack: its `secretsprovider`; undefined: a passphrase, or the backend's own. */
  readonly secretsProviders: Readonly<Record<string, string | undefined>>;
}

/** One quota of a region, in the cloud's own name for it. */
export interface Quota {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

/**
 * What a name is an alias of. `of`: each name that it leads to, in order. `unfinished`: why the chain was not followed to its end, where it
 * was not.
 */
export type AliasFacts =
  | { readonly kind: "alias"; readonly of: readonly string[]; readonly unfinished?: string }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "unable"; readonly reason: string };

/** Where two names lead, for a name whose provider answers with addresses in place of an alias. */
export interface FlattenedFacts {
  /** Addresses of the public name. Undefined: they could not be looked up. */
  readonly addresses: readonly string[] | undefined;
  readonly targetAddresses: readonly string[] | undefined;
  /** Names that the target itself leads to. */
  readonly targetLeadsTo: readonly string[];
}

/** One of the stores that make up the witness. */
export interface WitnessMember {
  readonly name: string;
  /** Undefined: it answers, and knows who leads. */
  readonly trouble: string | undefined;
}
