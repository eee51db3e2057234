import { type Input, output } from "@pulumi/pulumi";
import type { LeaseWitness, WriteLeaseSettings } from "../components/kubernetes/lease-agent.ts";
import { leaseAgentPassword } from "../components/kubernetes/lease-agent-password.ts";
import type { AwsPrimaryConfig, StandbyConfig } from "./config.ts";

type Config = AwsPrimaryConfig | StandbyConfig;

/** The pods that renew a site's write lease, for `ServiceWorkload`; nothing where it is off. */
export function leaseAgent(
  { application, writeLease: { enabled, seconds, image, witness }, writeLeaseSecret = "" }: Config,
  adminPassword: Input<string>,
): { readonly writeLease?: WriteLeaseSettings } {
  if (!enabled || image === undefined || witness === undefined) return {};
  const password = output(adminPassword).apply(leaseAgentPassword);
  return {
    writeLease: { application, image, seconds, password, witness: leaseWitness(witness, writeLeaseSecret) },
  };
}

/** The same for the driver, among the outputs of the database. */
export function declaredLease({ writeLease: { enabled, seconds } }: Config): {
  readonly writeLease?: { readonly seconds: number };
} {
  return enabled ? { writeLease: { seconds } } : {};
}

function leaseWitness(witness: NonNullable<Config["writeLease"]["witness"]>, secret: string): LeaseWitness {
  if (witness.store === "azure-table") {
    const { endpoint, table, row, account } = witness;
    return { kind: "azure-table", endpoint, table, row, account, accountKey: secret };
  }
  const { endpoints, prefix, ca, user } = witness;
  return {
    kind: "etcd",
    endpoints,
    ...(prefix === undefined ? {} : { prefix }),
    ...(ca === undefined ? {} : { ca }),
    ...(user === undefined ? {} : { login: { name: user, password: secret } }),
  };
}
