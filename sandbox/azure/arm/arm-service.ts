import type { Logger } from "../../contracts/contracts.ts";
import { azureAccount } from "../account.ts";
import type { Principal } from "../identity.ts";
import { ArmError } from "./arm-error.ts";
import { type ArmId, type ArmPath, parseArmId, resourceGroupType, rootKey } from "./arm-id.ts";
import type { ArmState } from "./arm-state.ts";
import { authorize, isAllowed } from "./authorization.ts";
import { splitSecrets, toCandidate } from "./candidate.ts";
import { withPrincipals } from "./identities.ts";
import { isJson, type Json, mergePatch, readInline } from "./json.ts";
import { KeyLock } from "./key-lock.ts";
import { Operations, toArmError } from "./operations.ts";
import type { Applied, ArmRecord, ArmSurroundings, Candidate, ResourceType } from "./resource-type.ts";
import { TypeTable } from "./type-table.ts";

export interface ArmAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Set when the work goes on in the background. */
  readonly operation?: string;
}

/** The rules of Azure Resource Manager over a table of resource types. Every method throws `ArmError`. */
export class ArmService {
  readonly #types: TypeTable;
  readonly #state: ArmState;
  readonly #logger: Logger;
  readonly #lock = new KeyLock();
  readonly operations = new Operations();

  constructor(types: readonly ResourceType[], state: ArmState, logger: Logger) {
    this.#types = new TypeTable(types);
    this.#state = state;
    this.#logger = logger;
  }

  /** After a restart: every resource is notified, parents first. One that fails does not keep the others from coming back. */
  async restore(): Promise<void> {
    for (const record of [...this.#state.records()].sort((a, b) => a.id.split("/").length - b.id.split("/").length)) {
      const id = parseArmId(record.id);
      const type = this.#types.get(id.type);
      try {
        if (record.status === "Succeeded") await type.restore?.(id, record, this.#state);
        else if (record.status === "Deleting") await this.#removeAll(id);
        else await this.#state.save({ ...record, status: "Failed" });
      } catch (error) {
        this.#logger.error(`${record.id} did not come back: ${toArmError(error).message}`);
      }
    }
  }

  /** Throws `AuthorizationFailed` unless this principal may do it. */
  authorize(principalId: string, method: string, path: ArmPath): void {
    authorize(principalId, method, path, this.#state);
  }

  /** The user-assigned identities that exist. */
  principals(): readonly Principal[] {
    return this.#state.all("Microsoft.ManagedIdentity/userAssignedIdentities").flatMap(({ properties }) => {
      const { clientId, principalId } = properties;
      return typeof clientId === "string" && typeof principalId === "string" ? [{ clientId, principalId }] : [];
    });
  }

  get(id: ArmId): ArmAnswer {
    return { status: 200, body: this.#present(this.#existing(id)) };
  }

  list(scope: string, typeName: string, principalId: string = azureAccount.objectId): ArmAnswer {
    const under = `${scope.toLowerCase()}/`;
    if (typeName !== "") this.#types.get(typeName);
    if (under.includes("/resourcegroups/")) this.#requireScope(scope);
    const found = this.#state.records().filter(({ id }) => {
      const { type } = parseArmId(id);
      const wanted = typeName === "" ? type !== resourceGroupType : type.toLowerCase() === typeName.toLowerCase();
      return wanted && id.toLowerCase().startsWith(under) && isAllowed(principalId, `${type}/read`, id, this.#state);
    });
    return { status: 200, body: { value: found.map((record) => this.#present(record)) } };
  }

  put(id: ArmId, body: unknown): Promise<ArmAnswer> {
    return this.#locked(id, (release) => this.#write(id, body, release));
  }

  patch(id: ArmId, body: unknown): Promise<ArmAnswer> {
    if (!isJson(body)) throw new ArmError(400, "InvalidRequestContent", "The request content must be a JSON object.");
    return this.#locked(id, (release) => {
      const { top, properties } = this.#existing(id);
      return this.#write(id, mergePatch({ ...top, properties }, body), release);
    });
  }

  delete(id: ArmId): Promise<ArmAnswer> {
    return this.#locked(id, async (release) => {
      const type = this.#types.get(id.type);
      const record = this.#state.find(id.key);
      if (record === undefined) {
        // Azure: a missing resource is success without content, a missing group is an error.
        if (id.type === resourceGroupType) this.#existing(id);
        return { status: 204 };
      }
      type.checkRemove?.(id, this.#state);
      if (type.long !== true && id.type !== resourceGroupType) {
        await this.#removeAll(id);
        return { status: 200 };
      }
      await this.#state.save({ ...record, status: "Deleting" });
      return { status: 202, operation: this.operations.start(() => release(() => this.#removeAll(id))) };
    });
  }

  async action(id: ArmId, name: string, body: unknown): Promise<ArmAnswer> {
    const record = this.#existing(id);
    const actions = this.#types.get(id.type).actions ?? {};
    const [known, action] = Object.entries(actions).find(([key]) => key.toLowerCase() === name.toLowerCase()) ?? [];
    if (known === undefined || action === undefined) {
      throw new ArmError(404, "InvalidResourceType", `The action '${name}' is not known for '${id.type}'.`);
    }
    const work = () => action(id, record, isJson(body) ? body : {}, this.#state);
    if (this.#types.get(id.type).longActions?.includes(known)) {
      return { status: 202, operation: this.operations.start(async () => void (await work())) };
    }
    const answer = await work();
    return answer === undefined ? { status: 204 } : { status: 200, body: answer };
  }

  async #write(id: ArmId, body: unknown, release: Release): Promise<ArmAnswer> {
    const type = this.#types.get(id.type);
    this.#requireScope(id.scope);
    if (type.extension !== true && id.type !== resourceGroupType && id.scope.split("/").length !== 5) {
      throw new ArmError(400, "InvalidResourceScope", `'${id.type}' lives in a resource group, not at '${id.scope}'.`);
    }
    if (id.parentKey !== undefined) this.#requireParent(id, id.parentKey);
    const previous = this.#state.find(id.key);
    const whole = isJson(body) ? body : {};
    const inner = type.inline === undefined ? undefined : readInline(whole, type.inline.property);
    const candidate = toCandidate(type, id, inner?.rest ?? whole, previous, this.#state);
    const children: Candidate[] = [];
    for (const item of inner?.items ?? []) children.push(this.#inlineChild(type, candidate, item, children));
    const work = async () => {
      await this.#apply(type, candidate);
      if (inner?.items !== undefined) await this.#applyChildren(type, candidate, children);
    };
    if (type.long !== true) {
      await work();
      return { status: previous === undefined ? 201 : 200, body: this.#present(this.#existing(id)) };
    }
    const { open } = splitSecrets(type, candidate.properties);
    const shown = previous === undefined ? open : previous.properties;
    await this.#state.save({
      id: previous?.id ?? id.id,
      status: previous === undefined ? "Creating" : "Updating",
      top: candidate.top,
      properties: shown,
    });
    const operation = this.operations.start(() => release(work));
    return { status: previous === undefined ? 201 : 200, body: this.#present(this.#existing(id)), operation };
  }

  async #apply(type: ResourceType, candidate: Candidate): Promise<void> {
    const { id, previous } = candidate;
    const { secret } = splitSecrets(type, candidate.properties);
    const base = { id: previous?.id ?? id.id, top: candidate.top };
    try {
      const applied: Applied = (await type.apply?.(candidate, this.#state)) ?? { properties: candidate.properties };
      const { open, secret: made } = splitSecrets(type, applied.properties);
      const top = withPrincipals(id, applied.top ?? base.top, this.#state);
      const record = { ...base, status: "Succeeded" as const, top, properties: open };
      await this.#state.save(record, { ...secret, ...made });
    } catch (error) {
      this.#logger.error(`${id.id}: ${toArmError(error).message}`);
      const now = this.#state.find(id.key);
      if (type.long === true && now !== undefined) await this.#state.save({ ...now, status: "Failed" }, secret);
      throw error;
    }
  }

  #inlineChild(type: ResourceType, parent: Candidate, item: unknown, siblings: readonly Candidate[]): Candidate {
    const child = isJson(item) ? item : {};
    const name = child.name;
    const childType = this.#types.get(type.inline?.type ?? "");
    if (typeof name !== "string") {
      const text = `'properties.${type.inline?.property}': every item needs a name.`;
      throw new ArmError(400, "InvalidRequestContent", text);
    }
    const given = child.type;
    if (typeof given === "string" && given.toLowerCase() !== childType.type.toLowerCase()) this.#types.get(given);
    const id = parseArmId(`${parent.id.id}/${childType.type.split("/").at(-1)}/${name}`);
    // The parent and the siblings are as this PUT wants them, so that rules that look at them hold for the whole.
    const around: ArmSurroundings = {
      find: (key) => (key === parent.id.key ? asRecord(parent) : this.#state.find(key)),
      children: () => siblings.map(asRecord),
      all: (name) => this.#state.all(name),
      secrets: (key) => this.#state.secrets(key),
    };
    return toCandidate(childType, id, child, this.#state.find(id.key), around);
  }

  async #applyChildren(type: ResourceType, parent: Candidate, children: readonly Candidate[]): Promise<void> {
    const childType = this.#types.get(type.inline?.type ?? "");
    const kept = new Set(children.map(({ id }) => id.key));
    for (const record of this.#state.children(parent.id.key, childType.type)) {
      if (!kept.has(record.id.toLowerCase())) await this.#removeAll(parseArmId(record.id));
    }
    for (const child of children) await this.#apply(childType, child);
  }

  async #removeAll(id: ArmId): Promise<void> {
    for (const record of [...this.#state.below(id.key), this.#state.find(id.key)]) {
      if (record === undefined) continue;
      const inner = parseArmId(record.id);
      await this.#types.get(inner.type).remove?.(inner, record, this.#state);
      await this.#state.forget(inner.key);
    }
  }

  #present(record: ArmRecord): Json {
    const id = parseArmId(record.id);
    const type = this.#types.get(id.type);
    const properties: Json = { ...record.properties, ...type.view?.(id, record, this.#state) };
    if (type.inline !== undefined) {
      properties[type.inline.property] = this.#state
        .children(id.key, type.inline.type)
        .map((child) => this.#present(child));
    }
    if (type.stateless !== true) properties.provisioningState = record.status;
    return { id: record.id, name: id.name, type: type.type, ...record.top, properties };
  }

  #existing(id: ArmId): ArmRecord {
    const record = this.#state.find(id.key);
    if (record !== undefined) return record;
    if (id.type === resourceGroupType) throw groupNotFound(id.name);
    const type = this.#types.get(id.type);
    this.#requireScope(id.scope);
    if (id.parentKey !== undefined) this.#requireParent(id, id.parentKey);
    const implicit = type.implicit?.(id, this.#state);
    if (implicit !== undefined) return { id: id.id, status: "Succeeded", top: {}, ...implicit };
    const place = id.resourceGroup === undefined ? "" : ` under resource group '${id.resourceGroup}'`;
    throw new ArmError(404, "ResourceNotFound", `The Resource '${id.type}/${id.name}'${place} was not found.`);
  }

  #requireParent(id: ArmId, parentKey: string): void {
    if (this.#state.find(parentKey) !== undefined) return;
    const parent = parseArmId(id.id.slice(0, parentKey.length));
    if (this.#types.get(parent.type).implicit?.(parent, this.#state) !== undefined) {
      if (parent.parentKey !== undefined) this.#requireParent(parent, parent.parentKey);
      return;
    }
    throw new ArmError(
      404,
      "ParentResourceNotFound",
      `Failed to perform operation on '${id.name}': the parent resource '${parent.id}' could not be found.`,
    );
  }

  #requireScope(scope: string): void {
    const parts = scope.split("/");
    if (parts.length <= 3 || this.#state.find(scope.toLowerCase()) !== undefined) return;
    const group = parts.slice(0, 5).join("/");
    if (this.#state.find(group.toLowerCase()) === undefined) throw groupNotFound(parts[4] ?? "");
    throw new ArmError(404, "ResourceNotFound", `The Resource '${scope}' was not found.`);
  }

  /**
   * One change at a time for a resource with all its children. `release` hands the lock to background work, so that
   * the answer can go out while the next change still waits for this one to end.
   */
  #locked(id: ArmId, work: (release: Release) => Promise<ArmAnswer>): Promise<ArmAnswer> {
    return new Promise((resolve, reject) => {
      let background: Promise<void> | undefined;
      void this.#lock.run(rootKey(id), async () => {
        try {
          const answer = await work((rest) => {
            background = rest();
            return background;
          });
          resolve(answer);
        } catch (error) {
          reject(error);
        }
        await background?.catch(() => {});
      });
    });
  }
}

type Release = (work: () => Promise<void>) => Promise<void>;

function asRecord(candidate: Candidate): ArmRecord {
  return { id: candidate.id.id, status: "Creating", top: candidate.top, properties: candidate.properties };
}

function groupNotFound(name: string): ArmError {
  return new ArmError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
}
