import type { Store } from "../../contracts/contracts.ts";
import { parseArmId, resourceGroupType } from "./arm-id.ts";
import type { Json } from "./json.ts";
import type { ArmRecord, ArmSurroundings } from "./resource-type.ts";
import type { SecretFile } from "./secret-file.ts";

const documentName = "azure-resources";

/** Everything that exists in the sandbox's Azure, in memory and in the store. */
export class ArmState implements ArmSurroundings {
  readonly #store: Store;
  readonly #secrets: SecretFile;
  #records = new Map<string, ArmRecord>();
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, secrets: SecretFile) {
    this.#store = store;
    this.#secrets = secrets;
  }

  async load(): Promise<void> {
    await this.#secrets.load();
    this.#records = new Map(Object.entries(await this.#store.read<Record<string, ArmRecord>>(documentName, {})));
  }

  find(key: string): ArmRecord | undefined {
    return this.#records.get(key);
  }

  records(): readonly ArmRecord[] {
    return [...this.#records.values()];
  }

  all(type: string): readonly ArmRecord[] {
    return this.records().filter(({ id }) => parseArmId(id).type.toLowerCase() === type.toLowerCase());
  }

  children(key: string, type: string): readonly ArmRecord[] {
    return this.all(type).filter(({ id }) => parseArmId(id).parentKey === key);
  }

  /** All below a resource or resource group (children, contents, role assignments), deepest first. */
  below(key: string): readonly ArmRecord[] {
    return this.records()
      .filter(({ id }) => id.toLowerCase().startsWith(`${key}/`))
      .filter(({ id }) => parseArmId(id).type !== resourceGroupType)
      .sort((a, b) => b.id.split("/").length - a.id.split("/").length);
  }

  secrets(key: string): Json {
    return this.#secrets.get(key);
  }

  async save(record: ArmRecord, secrets?: Json): Promise<void> {
    const key = record.id.toLowerCase();
    if (secrets !== undefined) await this.#secrets.set(key, secrets);
    this.#records.set(key, record);
    await this.#write();
  }

  async forget(key: string): Promise<void> {
    await this.#secrets.set(key, undefined);
    this.#records.delete(key);
    await this.#write();
  }

  #write(): Promise<void> {
    const next = this.#writing
      .catch(() => {})
      .then(() => this.#store.write(documentName, Object.fromEntries(this.#records)));
    this.#writing = next;
    return next;
  }
}
