import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** What a file brings in: local name to the name over there, and where that is. */
export interface Imported {
  readonly name: string;
  readonly from: string;
}

/** The parsed files below a folder. Syntax only: no type checker, so that it takes a second and not half a minute. */
export class Sources {
  readonly root: string;
  readonly #files = new Map<string, ts.SourceFile>();

  constructor(root: string) {
    this.root = root;
    for (const path of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
      if (!path.endsWith(".ts") || path.includes("node_modules")) continue;
      const file = join(root, path);
      this.#files.set(file, ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2024, true));
    }
  }

  /** Sorted by path. */
  files(): readonly ts.SourceFile[] {
    return [...this.#files.values()];
  }

  /** Path from the root, with slashes. */
  path(node: ts.Node): string {
    return relative(this.root, node.getSourceFile().fileName).replaceAll("\\", "/");
  }

  line(node: ts.Node): number {
    const file = node.getSourceFile();
    return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  }

  /** The interface or type alias of this name, as seen from a file: its own, or one it imports from below the root. */
  declaration(name: string, seenFrom: ts.SourceFile): ts.InterfaceDeclaration | ts.TypeAliasDeclaration | undefined {
    for (const statement of seenFrom.statements) {
      if (
        (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) &&
        statement.name.text === name
      ) {
        return statement;
      }
    }
    const imported = imports(seenFrom).get(name);
    if (!imported?.from.startsWith(".")) return undefined;
    const file = this.#files.get(join(dirname(seenFrom.fileName), imported.from));
    return file === undefined || file === seenFrom ? undefined : this.declaration(imported.name, file);
  }
}

/** Named imports and named re-exports of a file, by local name. */
export function imports(file: ts.SourceFile): ReadonlyMap<string, Imported> {
  const found = new Map<string, Imported>();
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
      for (const each of bindings.elements) {
        found.set(each.name.text, {
          name: (each.propertyName ?? each.name).text,
          from: statement.moduleSpecifier.text,
        });
      }
    }
    if (
      ts.isExportDeclaration(statement) &&
      statement.moduleSpecifier &&
      ts.isStringLiteral(statement.moduleSpecifier)
    ) {
      if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) continue;
      for (const each of statement.exportClause.elements) {
        found.set(each.name.text, {
          name: (each.propertyName ?? each.name).text,
          from: statement.moduleSpecifier.text,
        });
      }
    }
  }
  return found;
}

/** The docstring of a node, paragraphs kept; empty where there is none. */
export function docstring(node: ts.Node): string {
  const blocks = ts.getJSDocCommentsAndTags(node).filter((each) => ts.isJSDoc(each));
  const text = ts.getTextOfJSDocComment(blocks.at(-1)?.comment) ?? "";
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, " ").trim())
    .join("\n\n")
    .trim();
}
