import { join } from "node:path";
import { storageCredential } from "../adapters/azure/storage-credential.ts";
import { accountKeyAuthorization } from "../adapters/azure/table-authorization.ts";
import { TableClient } from "../adapters/azure/table-client.ts";
import { settingFile } from "../adapters/files/setting-file.ts";
import { AzureTableWitness } from "../adapters/witness/azure-table-witness.ts";
import { EtcdClient, type EtcdClientOptions } from "../adapters/witness/etcd-client.ts";
import { EtcdLeases } from "../adapters/witness/etcd-leases.ts";
import { etcdMembers } from "../adapters/witness/etcd-members.ts";
import { EtcdWitness } from "../adapters/witness/etcd-witness.ts";
import type { Toggle } from "../adapters/witness/failover-entity.ts";
import { FileWitness } from "../adapters/witness/file-witness.ts";
import { MigratingWitness } from "../adapters/witness/migrating-witness.ts";
import type { WitnessRecord } from "../domain/witness-record.ts";
import type { Clock } from "../ports/clock.ts";
import type { Leases } from "../ports/lease.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { Witness } from "../ports/witness.ts";
import type { WitnessMember } from "../preflight/facts.ts";
import type { EtcdWitnessSettings, TableWitnessSettings, WitnessSettings } from "./witness-settings.ts";

export interface WitnessDependencies {
  readonly stateDirectory: string;
  readonly clock: Clock;
  /** Told of a wish of the functions that the record does not follow. */
  readonly notifier: Notifier;
}

export interface WitnessStore {
  readonly witness: Witness;
  /** Where several drivers may share the work; undefined: this store has no leases, so one driver must do. */
  readonly leases: Leases | undefined;
  /** Each of the stores that make it up; none for one that is a single thing. */
  readonly members: (signal: AbortSignal) => Promise<readonly WitnessMember[]>;
  /** Takes over what the file of this machine says of an application (undefined: nothing). Undefined: it is that file. */
  readonly adopt: ((application: string, signal: AbortSignal) => Promise<WitnessRecord | undefined>) | undefined;
}

const noMembers = async (): Promise<readonly WitnessMember[]> => [];

/** The store that the settings name, for whoever only reads it away from the driver. Errors: as `createWitness`. */
export function remoteWitness(
  settings: Exclude<WitnessSettings, { readonly store: "file" }>,
  dependencies: Pick<WitnessDependencies, "clock" | "notifier">,
): Witness {
  if (settings.store === "azure-table") return tableWitness(settings, dependencies);
  const prefix = settings.prefix === undefined ? {} : { prefix: settings.prefix };
  return new EtcdWitness({ client: new EtcdClient(etcdOptions(settings)), ...prefix });
}

/** The witness that the settings name. Asks no store. Errors: `invalid-input` for a file of a credential that cannot be read. */
export function createWitness(settings: WitnessSettings, dependencies: WitnessDependencies): WitnessStore {
  const file = new FileWitness(join(dependencies.stateDirectory, "witness"));
  switch (settings.store) {
    case "file":
      return { witness: file, leases: undefined, members: noMembers, adopt: undefined };
    case "azure-table":
      return { ...migrating(tableWitness(settings, dependencies), file), leases: undefined, members: noMembers };
    case "etcd": {
      const prefix = settings.prefix === undefined ? {} : { prefix: settings.prefix };
      const options = etcdOptions(settings);
      const client = new EtcdClient(options);
      const leases = new EtcdLeases({ client, ...prefix });
      const fence = (application: string) => leases.fence(application);
      return {
        ...migrating(new EtcdWitness({ client, fence, ...prefix }), file),
        leases,
        members: (signal) => etcdMembers(options, signal),
      };
    }
  }
}

function migrating(store: Witness, file: FileWitness): Pick<WitnessStore, "witness" | "adopt"> {
  const witness = new MigratingWitness(store, file);
  return { witness, adopt: (application, signal) => witness.adopt(application, signal) };
}

function etcdOptions({ endpoints, caFile, client, login }: EtcdWitnessSettings): EtcdClientOptions {
  const tls = {
    ...(caFile === undefined ? {} : { ca: settingFile("PILOTLIGHT_ETCD_CA_FILE", caFile) }),
    ...(client === undefined
      ? {}
      : {
          cert: settingFile("PILOTLIGHT_ETCD_CERT_FILE", client.certFile),
          key: settingFile("PILOTLIGHT_ETCD_KEY_FILE", client.keyFile),
        }),
  };
  return {
    endpoints,
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    ...(login === undefined
      ? {}
      : { login: { name: login.name, password: settingFile("PILOTLIGHT_ETCD_PASSWORD_FILE", login.passwordFile) } }),
  };
}

function tableWitness(
  settings: TableWitnessSettings,
  { clock, notifier }: Pick<WitnessDependencies, "clock" | "notifier">,
): Witness {
  const { endpoint, table, login, endpoints, placement, row } = settings;
  const authorize =
    login === undefined
      ? storageCredential(clock)
      : accountKeyAuthorization(login.account, settingFile("PILOTLIGHT_WITNESS_TABLE_KEY_FILE", login.keyFile), clock);
  return new AzureTableWitness({
    table: new TableClient({ endpoint, table, authorize }),
    endpoints,
    placement,
    row,
    onToggle: (toggle) => void notifier.notify(toggleNotice(toggle, clock.now())).catch(() => undefined),
  });
}

function toggleNotice({ application, wanted, active, count, reason }: Toggle, now: Date) {
  return {
    severity: "critical" as const,
    title: `${application}: the failover functions ask for ${wanted}; ${active} is active`,
    text: `toggle ${count}: ${reason}. Nothing moves by it: start the operation, or set active_target back`,
    at: now.toISOString(),
  };
}
