import { type Input, secret } from "@pulumi/pulumi";
import type { PrimaryOutputs, StandbyOutputs } from "./outputs.ts";

/** A contract whose leaves may still be on their way. */
export type Pending<T> = T extends readonly (infer Item)[]
  ? readonly Pending<Item>[] | Input<readonly Item[]>
  : T extends undefined
    ? undefined
    : T extends object
      ? { readonly [Key in keyof T]: Pending<T[Key]> }
      : Input<T>;

type Exports = Record<string, unknown>;

/** Stack outputs, one for each top-level key of the contract; passwords, keys and kubeconfigs encrypted in the state. */
export function exportPrimary({ cluster, ...outputs }: Pending<PrimaryOutputs>): Exports {
  return {
    ...outputs,
    database: hideDatabase(outputs.database),
    ...(cluster ? { cluster: hideCluster(cluster) } : {}),
  };
}

/** The same for the standby; `cluster` is left out while it is dark. */
export function exportStandby({ cluster, ...outputs }: Pending<StandbyOutputs>): Exports {
  return {
    ...outputs,
    database: hideDatabase(outputs.database),
    objects: { ...outputs.objects, accountKey: secret(outputs.objects.accountKey) },
    ...(cluster ? { cluster: hideCluster(cluster) } : {}),
  };
}

function hideDatabase(database: Pending<PrimaryOutputs["database"]>): Exports {
  return {
    ...database,
    adminPassword: secret(database.adminPassword),
    appPassword: secret(database.appPassword),
  };
}

function hideCluster(cluster: Pending<NonNullable<PrimaryOutputs["cluster"]>>): Exports {
  return { ...cluster, kubeconfig: secret(cluster.kubeconfig) };
}
