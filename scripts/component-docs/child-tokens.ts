import ts from "typescript";
import { imports } from "./sources.ts";

/** Types of the resources that a file makes with `new`, as Pulumi names them; sorted, each once. */
export function childTokens(file: ts.SourceFile): readonly string[] {
  const imported = imports(file);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
      const origin = imported.get(node.expression.text);
      const token = origin === undefined ? undefined : tokenOf(origin.from, origin.name);
      if (token !== undefined) found.add(token);
    }
    node.forEachChild(visit);
  };
  file.forEachChild(visit);
  return [...found].sort();
}

/** From the module that a class is imported from, e.g. `@pulumi/aws/ec2/vpc.js`. */
function tokenOf(from: string, name: string): string | undefined {
  const match = /^@pulumi\/(aws|azure-native|kubernetes|random)\/(?:(.+)\/)?([^/]+)\.js$/.exec(from);
  if (match === null) return undefined;
  const [, provider, folder, file] = match;
  if (provider === "aws" || provider === "random") return `${provider}:${folder ?? "index"}/${file}:${name}`;
  return folder === undefined ? undefined : `${provider}:${folder}:${name}`;
}
