import ts from "typescript";
import { childTokens } from "./child-tokens.ts";
import { docstring, Sources } from "./sources.ts";

export interface Entry {
  readonly name: string;
  readonly type: string;
  /** Undefined: it must be given. Empty: optional, and the docstring names no default. */
  readonly fallback: string | undefined;
  readonly meaning: string;
}

/** A type that options refer to by name. */
export interface NamedType {
  readonly name: string;
  readonly meaning: string;
  readonly members: readonly Entry[];
}

export interface Component {
  readonly name: string;
  /** First folder below the root; empty: none. */
  readonly group: string;
  readonly path: string;
  readonly token: string;
  readonly meaning: string;
  readonly options: readonly Entry[];
  readonly types: readonly NamedType[];
  readonly outputs: readonly Entry[];
  readonly children: readonly string[];
}

export interface Reading {
  readonly components: readonly Component[];
  /** `path:line: what has no docstring`. */
  readonly problems: readonly string[];
}

/** Classes of the package for other languages repeat these components; they are described by the package's schema. */
const SKIPPED = /^package\//;

/** Every exported component below a folder, and everything of theirs that has no docstring. */
export function readComponents(root: string): Reading {
  const reader = new Reader(new Sources(root));
  return { components: reader.components(), problems: [...new Set(reader.problems)] };
}

class Reader {
  readonly problems: string[] = [];
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  components(): readonly Component[] {
    return this.#sources
      .files()
      .filter((file) => !SKIPPED.test(this.#sources.path(file)))
      .flatMap((file) => file.statements.filter(isComponent).map((declaration) => this.#component(declaration)));
  }

  #component(declaration: ts.ClassDeclaration): Component {
    const path = this.#sources.path(declaration);
    const name = declaration.name?.text ?? "default";
    const meaning = this.#described(declaration, `component ${name}`);
    const build = declaration.members.find((member) => ts.isConstructorDeclaration(member));
    const argsType = build?.parameters[1]?.type;
    const types = new Map<string, NamedType>();
    return {
      name,
      group: path.includes("/") ? path.slice(0, path.indexOf("/")) : "",
      path,
      token: tokenOf(declaration),
      meaning,
      options: argsType === undefined ? [] : this.#members(argsType, `option of ${name}`, types, ""),
      types: [...types.values()].filter(({ members }) => members.length > 0),
      outputs: declaration.members.filter(isPublic).map((member) => this.#output(member, name)),
      children: childTokens(declaration.getSourceFile()),
    };
  }

  /** Of an interface with what it extends, or of an object type; nested object types with their path. */
  #members(type: ts.TypeNode, what: string, types: Map<string, NamedType>, prefix: string): readonly Entry[] {
    if (ts.isTypeLiteralNode(type)) {
      return type.members.filter(ts.isPropertySignature).flatMap((each) => this.#option(each, what, types, prefix));
    }
    if (ts.isIntersectionTypeNode(type) || ts.isUnionTypeNode(type)) {
      return merged(type.types.flatMap((each) => this.#members(each, what, types, prefix)));
    }
    if (ts.isParenthesizedTypeNode(type)) return this.#members(type.type, what, types, prefix);
    const name = typeName(type);
    const declaration = name === undefined ? undefined : this.#sources.declaration(name, type.getSourceFile());
    if (declaration === undefined) return [];
    if (ts.isTypeAliasDeclaration(declaration)) return this.#members(declaration.type, what, types, prefix);
    const inherited = (declaration.heritageClauses ?? []).flatMap((clause) => clause.types);
    return [
      ...inherited.flatMap((each) => this.#members(each, what, types, prefix)),
      ...declaration.members.filter(ts.isPropertySignature).flatMap((each) => this.#option(each, what, types, prefix)),
    ];
  }

  #option(member: ts.PropertySignature, what: string, types: Map<string, NamedType>, prefix: string): readonly Entry[] {
    const name = `${prefix}${member.name.getText()}`;
    // What tells the variants of a union apart says all there is to say in its type.
    const tag = member.type !== undefined && ts.isLiteralTypeNode(member.type);
    const meaning = tag ? docstring(member) : this.#described(member, `${what}: ${name}`);
    const entry = { name, ...typeAndDefault(member, meaning), meaning };
    const nested = member.type === undefined ? undefined : literalInside(member.type);
    if (member.type !== undefined && nested === undefined) this.#referred(member.type, types);
    return [entry, ...(nested === undefined ? [] : this.#members(nested, what, types, `${name}.`))];
  }

  /** The interfaces that a type names are part of what one must know to use the option. */
  #referred(type: ts.Node, types: Map<string, NamedType>): void {
    const name = ts.isTypeReferenceNode(type) ? typeName(type) : undefined;
    const declaration = name === undefined ? undefined : this.#sources.declaration(name, type.getSourceFile());
    if (name !== undefined && declaration !== undefined && !types.has(name)) {
      types.set(name, { name, meaning: docstring(declaration), members: [] });
      const reference = type as ts.TypeReferenceNode;
      const members = this.#members(reference, `member of ${name}`, types, "");
      types.set(name, { name, meaning: docstring(declaration), members });
    }
    type.forEachChild((child) => this.#referred(child, types));
  }

  #output(member: ts.ClassElement, component: string): Entry {
    const name = member.name?.getText() ?? "";
    const meaning = this.#described(member, `output of ${component}: ${name}`);
    const method = ts.isMethodDeclaration(member);
    const shown = method ? `${name}(${member.parameters.map((each) => each.name.getText()).join(", ")})` : name;
    const typed = method || ts.isPropertyDeclaration(member) || ts.isGetAccessor(member) ? member.type : undefined;
    const initial = ts.isPropertyDeclaration(member) ? (member.initializer?.getText() ?? "") : "";
    return { name: shown, type: typed === undefined ? initial : oneLine(typed), fallback: undefined, meaning };
  }

  #described(node: ts.Node, what: string): string {
    const text = docstring(node);
    if (text === "") this.problems.push(`${this.#sources.path(node)}:${this.#sources.line(node)}: ${what}`);
    return text;
  }
}

/** Variants of a union that share a member show it once, with all its types. */
function merged(entries: readonly Entry[]): readonly Entry[] {
  const byName = Map.groupBy(entries, ({ name }) => name);
  return [...byName.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const distinct = (values: readonly string[]): readonly string[] =>
      [...new Set(values)].filter((each) => each !== "");
    const types = distinct(same.map(({ type }) => type)).join(" | ");
    return [{ ...first, type: types, meaning: distinct(same.map(({ meaning }) => meaning)).join(" ") }];
  });
}

function isComponent(statement: ts.Statement): statement is ts.ClassDeclaration {
  if (!ts.isClassDeclaration(statement)) return false;
  const exported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
  const parents = (statement.heritageClauses ?? []).flatMap((clause) => clause.types);
  return exported && parents.some(({ expression }) => /(^|\.)ComponentResource$/.test(expression.getText()));
}

function isPublic(member: ts.ClassElement): boolean {
  if (member.name === undefined || ts.isPrivateIdentifier(member.name)) return false;
  const flags = ts.getCombinedModifierFlags(member);
  return !(flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static));
}

/** The first argument of `super(…)`. */
function tokenOf(declaration: ts.ClassDeclaration): string {
  let token = "";
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      const [first] = node.arguments;
      if (first !== undefined && ts.isStringLiteralLike(first)) token = first.text;
    }
    node.forEachChild(visit);
  };
  declaration.forEachChild(visit);
  return token;
}

function typeAndDefault(member: ts.PropertySignature, meaning: string): Pick<Entry, "type" | "fallback"> {
  const literal = member.type !== undefined && literalInside(member.type) !== undefined;
  const type = member.type === undefined ? "unknown" : literal ? "object" : oneLine(member.type);
  const said = /(?:^|[.;,(] ?)defaults?(?: is| to)?:? (.+?)(?:[.;)](?=\s|$)|$)/im.exec(meaning)?.[1];
  return { type, fallback: member.questionToken === undefined ? undefined : (said ?? "") };
}

/** An object type that is written where it is used. */
function literalInside(type: ts.TypeNode): ts.TypeLiteralNode | undefined {
  return ts.isTypeLiteralNode(type) ? type : undefined;
}

function typeName(type: ts.Node): string | undefined {
  if (ts.isTypeReferenceNode(type)) return type.typeName.getText();
  return ts.isExpressionWithTypeArguments(type) ? type.expression.getText() : undefined;
}

function oneLine(type: ts.TypeNode): string {
  return type.getText().replaceAll(/\s+/g, " ").replaceAll("readonly ", "");
}
