import { resolve } from "node:path";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental/provider.js";
import { main } from "@pulumi/pulumi/provider/server.js";

/** Component classes as Pulumi's provider takes them. */
type ComponentClasses = ConstructorParameters<typeof ComponentProvider>[0]["components"];

interface Schema {
  readonly resources: Readonly<Record<string, { readonly properties: Readonly<Record<string, Property>> }>>;
}
interface Property {
  readonly description?: string;
  secret?: boolean;
}

/** Pulumi's own provider of components, which reads their sources for the schema, and knows of no secrets. */
class PackageProvider extends ComponentProvider {
  #schema: Promise<string> | undefined;

  override getSchema(): Promise<string> {
    this.#schema ??= super.getSchema().then(markSecrets);
    return this.#schema;
  }
}

/** Outputs whose docstring begins with «Secret» are secret in every language. */
function markSecrets(text: string): string {
  const schema: Schema = JSON.parse(text);
  for (const { properties } of Object.values(schema.resources)) {
    for (const property of Object.values(properties)) {
      if (property.description?.startsWith("Secret")) property.secret = true;
    }
  }
  return JSON.stringify(schema);
}

/** Answers the engine until it ends us. */
export function serve(components: ComponentClasses): Promise<void> {
  const dirname = resolve(import.meta.dirname, "..");
  return main(new PackageProvider({ name: "pilotlight", dirname, components }), process.argv.slice(2));
}
