import { createHash } from "node:crypto";
import { z } from "zod";
import type { Store } from "../../contracts/contracts.ts";

const documentName = "azure-registry-images";
const imageSchema = z.object({ digest: z.string(), source: z.string(), importedAt: z.string() });
const documentSchema = z.record(z.string(), z.record(z.string(), z.record(z.string(), imageSchema)));

export type RegistryImage = z.infer<typeof imageSchema>;

/** Which images the sandbox's registries hold: login server to repository to tag. Names only; there are no layers. */
export class ImageStore {
  readonly #store: Store;
  #images: z.infer<typeof documentSchema> = {};

  constructor(store: Store) {
    this.#store = store;
  }

  async load(): Promise<void> {
    this.#images = documentSchema.parse(await this.#store.read<unknown>(documentName, {}));
  }

  repositories(server: string): readonly string[] {
    return Object.keys(this.#images[server] ?? {}).sort();
  }

  tags(server: string, repository: string): Readonly<Record<string, RegistryImage>> | undefined {
    return this.#images[server]?.[repository];
  }

  async put(server: string, repository: string, tag: string, source: string): Promise<void> {
    const digest = `sha256:${createHash("sha256").update(source).digest("hex")}`;
    const image = { digest, source, importedAt: new Date().toISOString() };
    const repositories = this.#images[server] ?? {};
    this.#images = {
      ...this.#images,
      [server]: { ...repositories, [repository]: { ...repositories[repository], [tag]: image } },
    };
    await this.#store.write(documentName, this.#images);
  }

  /** All of a registry. */
  async forget(server: string): Promise<void> {
    const { [server]: _, ...rest } = this.#images;
    this.#images = rest;
    await this.#store.write(documentName, this.#images);
  }

  /** Why an image of one of these login servers cannot be pulled; undefined when it can, or is of another registry. */
  missing(image: string, servers: readonly string[]): string | undefined {
    const { server, repository, tag } = parseImage(image);
    if (!server.endsWith(".azurecr.io")) return undefined;
    if (!servers.includes(server)) return `there is no registry ${server}`;
    const tags = this.tags(server, repository);
    if (tags?.[tag] !== undefined || Object.values(tags ?? {}).some(({ digest }) => digest === tag)) return undefined;
    return `${repository}:${tag} is not in the registry ${server}; import or push it first`;
  }
}

/** `registry/a/b:tag`, tag `latest` unless said; without a registry it is Docker Hub's. */
export function parseImage(image: string): {
  readonly server: string;
  readonly repository: string;
  readonly tag: string;
} {
  const [first = "", ...rest] = image.split("/");
  const hasServer = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const path = hasServer ? rest.join("/") : image;
  const digest = path.split("@")[1];
  const name = path.split("@")[0] ?? "";
  const cut = name.lastIndexOf(":");
  return {
    server: hasServer ? first.toLowerCase() : "docker.io",
    repository: cut < 0 ? name : name.slice(0, cut),
    tag: digest ?? (cut < 0 ? "latest" : name.slice(cut + 1)),
  };
}
