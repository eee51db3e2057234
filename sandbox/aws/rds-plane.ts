import { createHash } from "node:crypto";
import type { HostPort, Logger, PostgresService } from "../contracts/contracts.ts";
import { ProvisioningClock } from "../provisioning/clock.ts";
import { type ApiAnswer, errorAnswer, escapeXml, isSuccess, withBody, xmlText } from "./api-answer.ts";
import type { ApiCall } from "./api-call.ts";
import type { DataPlane } from "./data-plane.ts";
import type { MotoClient } from "./moto-client.ts";
import { readServerParameters } from "./rds-parameters.ts";
import { Tasks } from "./tasks.ts";

interface Instance {
  /** Name of the PostgreSQL server: the identifier at creation, also after a rename. */
  readonly server: string;
  readonly region: string;
  readonly resourceId: string;
  readonly adminUser: string;
  readonly database: string | undefined;
  adminPassword: string;
  parameterGroup: string | undefined;
  address: HostPort | undefined;
  status: "creating" | "available" | "modifying" | "rebooting" | "failed";
  /** Where it serves since its first failover; undefined: where moto says. */
  zone: string | undefined;
  /** It was told to reboot and has not yet. */
  reboots: boolean;
}

/** Real PostgreSQL servers behind RDS instances. */
export class RdsPlane implements DataPlane {
  readonly service = "rds";
  readonly #postgres: PostgresService;
  readonly #moto: MotoClient;
  readonly #logger: Logger;
  readonly #tasks = new Tasks();
  readonly #instances = new Map<string, Instance>();
  readonly #changed = new Set<Instance>();
  readonly #removed = new Set<string>();

  readonly #clock: ProvisioningClock;

  constructor(options: {
    readonly postgres: PostgresService;
    readonly moto: MotoClient;
    readonly logger: Logger;
    /** Default: changes take no time of their own. */
    readonly clock?: ProvisioningClock;
  }) {
    this.#clock = options.clock ?? new ProvisioningClock();
    this.#postgres = options.postgres;
    this.#moto = options.moto;
    this.#logger = options.logger;
  }

  reset(): void {
    this.#instances.clear();
    this.#changed.clear();
    this.#removed.clear();
  }

  refuse(call: ApiCall): ApiAnswer | undefined {
    if (call.action !== "CreateDBInstance") return undefined;
    const engine = call.parameters.get("Engine");
    if (engine !== "postgres") {
      return errorAnswer("rds", 400, "InvalidParameterValue", `Engine is ${engine}; the sandbox serves only postgres`);
    }
    const identifier = call.parameters.get("DBInstanceIdentifier")?.toLowerCase() ?? "";
    const other = this.#instances.get(identifier)?.region ?? call.region;
    if (other !== call.region) {
      const text = `${identifier} is an instance in ${other}; the sandbox wants identifiers that are unique in all regions`;
      return errorAnswer("rds", 400, "InvalidParameterValue", text);
    }
    if (call.parameters.has("MasterUserPassword") && call.parameters.has("MasterUsername")) return undefined;
    const text =
      "the sandbox needs MasterUsername and MasterUserPassword; managed passwords and replicas are not there yet";
    return errorAnswer("rds", 400, "InvalidParameterCombination", text);
  }

  note(call: ApiCall, answer: ApiAnswer): void {
    const id = call.parameters.get("DBInstanceIdentifier")?.toLowerCase() ?? "";
    if (call.action === "CreateDBInstance") this.#create(id, call, answer);
    else if (call.action === "ModifyDBInstance") this.#modify(id, call.parameters);
    else if (call.action === "DeleteDBInstance") this.#delete(id);
    else if (call.action === "RebootDBInstance") this.#reboot(id, call.parameters, answer);
    else if (call.action === "ModifyDBParameterGroup" || call.action === "ResetDBParameterGroup") {
      const group = call.parameters.get("DBParameterGroupName");
      for (const instance of this.#instances.values()) {
        if (instance.parameterGroup === group) this.#changed.add(instance);
      }
    }
  }

  async settle(): Promise<void> {
    for (const server of this.#removed) {
      this.#tasks.add(
        server,
        () => this.#postgres.remove("aws", server),
        (error) => this.#report(server, error),
      );
    }
    this.#removed.clear();
    for (const instance of this.#changed) {
      const passed = this.#begin(instance);
      this.#tasks.add(
        instance.server,
        () => this.#ensure(instance, passed),
        (error) => {
          instance.status = "failed";
          this.#report(instance.server, error);
        },
      );
    }
    this.#changed.clear();
  }

  rewrite(_call: ApiCall, answer: ApiAnswer): ApiAnswer {
    if (!isSuccess(answer)) return answer;
    const xml = answer.body.toString();
    const rewritten = xml.replace(/<DBInstance>[\s\S]*?<\/DBInstance>/g, (element) => this.#rewriteInstance(element));
    return rewritten === xml ? answer : withBody(answer, rewritten);
  }

  stop(): Promise<void> {
    return this.#tasks.idle();
  }

  #create(id: string, call: ApiCall, answer: ApiAnswer): void {
    const created = xmlText(answer.body.toString(), "InstanceCreateTime") ?? "";
    const instance: Instance = {
      server: id,
      region: call.region,
      // moto gives every instance the same one.
      resourceId: `db-${createHash("sha256").update(`${id} ${created}`).digest("hex").slice(0, 26).toUpperCase()}`,
      adminUser: call.parameters.get("MasterUsername") ?? "",
      adminPassword: call.parameters.get("MasterUserPassword") ?? "",
      database: call.parameters.get("DBName") ?? undefined,
      parameterGroup: call.parameters.get("DBParameterGroupName") ?? undefined,
      address: undefined,
      status: "creating",
      zone: undefined,
      reboots: false,
    };
    this.#instances.set(id, instance);
    this.#removed.delete(id);
    this.#changed.add(instance);
  }

  #modify(id: string, parameters: URLSearchParams): void {
    const instance = this.#instances.get(id);
    if (instance === undefined) return;
    instance.adminPassword = parameters.get("MasterUserPassword") ?? instance.adminPassword;
    instance.parameterGroup = parameters.get("DBParameterGroupName") ?? instance.parameterGroup;
    const renamed = parameters.get("NewDBInstanceIdentifier")?.toLowerCase();
    if (renamed !== undefined) {
      this.#instances.delete(id);
      this.#instances.set(renamed, instance);
    }
    if (instance.status === "available") instance.status = "modifying";
    this.#changed.add(instance);
  }

  /**
   * What pends takes effect. A forced failover moves to the other zone, and not where there is no second instance; there the server itself
   * goes on while nothing pends.
   */
  #reboot(id: string, parameters: URLSearchParams, answer: ApiAnswer): void {
    const instance = this.#instances.get(id);
    if (instance === undefined || !isSuccess(answer)) return;
    const xml = answer.body.toString();
    const isForced = parameters.get("ForceFailover") === "true";
    if (isForced && xmlText(xml, "MultiAZ") !== "true") return;
    if (isForced) {
      const zone = instance.zone ?? xmlText(xml, "AvailabilityZone") ?? "";
      instance.zone = zone.replace(/[a-z]$/, (letter) => (letter === "a" ? "b" : "a"));
    }
    instance.reboots = !isForced || this.#postgres.pendingRestart("aws", instance.server).length > 0;
    instance.status = "rebooting";
    this.#changed.add(instance);
  }

  #delete(id: string): void {
    const instance = this.#instances.get(id);
    if (instance === undefined) return;
    this.#instances.delete(id);
    this.#changed.delete(instance);
    this.#removed.add(instance.server);
  }

  #begin({ status }: Instance): () => Promise<void> {
    if (status === "creating") return this.#clock.begin("rds:instance", "create");
    if (status === "modifying") return this.#clock.begin("rds:instance", "update");
    return async () => {};
  }

  async #ensure(instance: Instance, passed: () => Promise<void>): Promise<void> {
    const made = this.#postgres.ensure({
      cloud: "aws",
      id: instance.server,
      adminUser: instance.adminUser,
      adminPassword: instance.adminPassword,
      databases: instance.database === undefined ? [] : [instance.database],
      parameters: await readServerParameters(this.#moto, instance.region, instance.parameterGroup),
    });
    [instance.address] = await Promise.all([made, passed()]);
    if (instance.reboots) {
      instance.reboots = false;
      await this.#postgres.restart("aws", instance.server);
    }
    instance.status = "available";
  }

  #report(server: string, error: unknown): void {
    this.#logger.error(`RDS instance ${server}: ${error instanceof Error ? error.message : String(error)}`);
  }

  #rewriteInstance(element: string): string {
    const instance = this.#instances.get(xmlText(element, "DBInstanceIdentifier") ?? "");
    if (instance === undefined) return element;
    const { address } = instance;
    const endpoint =
      address === undefined
        ? ""
        : `<Endpoint><Address>${escapeXml(address.host)}</Address><Port>${address.port}</Port></Endpoint>`;
    const placed =
      instance.zone === undefined
        ? element
        : element.replace(/<AvailabilityZone>[^<]*/, `<AvailabilityZone>${instance.zone}`);
    const pends = this.#postgres.pendingRestart("aws", instance.server).length > 0;
    return placed
      .replace(/<ParameterApplyStatus>[^<]*/g, `<ParameterApplyStatus>${pends ? "pending-reboot" : "in-sync"}`)
      .replace(/<DBInstanceStatus>[^<]*/, `<DBInstanceStatus>${instance.status}`)
      .replace(/<DbiResourceId>[^<]*/, `<DbiResourceId>${instance.resourceId}`)
      .replace(/<Endpoint>[\s\S]*?<\/Endpoint>/, endpoint);
  }
}
