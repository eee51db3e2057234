import { DriverError } from "../domain/errors.ts";

/** What a file that a shell can read as well says, and where it says something else than plain assignments. */
export interface EnvironmentFile {
  /** For messages, e.g. `.env.production`. */
  readonly name: string;
  readonly content: Buffer;
  /** Variables that a `$NAME` in the file may stand for, unless the file itself sets them before. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

const nameStart = /[A-Za-z_]/;
const nameRest = /[A-Za-z0-9_]/;
const blank = /[ \t]/;
/** Ends a word in a shell, and begins something that is not an assignment. */
const operators = /[;&|<>()]/;
/** In double quotes, a backslash before any other character stands for itself. */
const escapedInQuotes = /[$`"\\\n]/;
/** What makes a $ before it something that a shell expands, beside a name; shells differ about some of it. */
const expandedInQuotes = /[{([0-9@*#?$!-]/;
const expandedOutside = /[{([0-9@*#?$!'"-]/;

/**
 * The variables of a file of assignments, with the values that `set -a; . ./file` gives them in a POSIX shell: quotes, escapes,
 * comments, `export`, values of several lines, `$NAME` and `${NAME}`. What a shell would read as a command, or would expand in any other
 * way, is refused, and so is what no shell takes for what was meant (a byte order mark, Windows line ends). Values are never quoted in errors.
 * @throws DriverError `invalid-input` with file, line and column.
 */
export function parseEnvironmentFile(file: EnvironmentFile): Readonly<Record<string, string>> {
  const reader = new Reader(file);
  const variables: Record<string, string> = {};
  for (let found = reader.next(variables); found !== undefined; found = reader.next(variables)) {
    variables[found.name] = found.value;
  }
  return variables;
}

class Reader {
  readonly #file: EnvironmentFile;
  readonly #text: string;
  #at = 0;

  constructor(file: EnvironmentFile) {
    this.#file = file;
    this.#text = file.content.toString("utf8");
    this.#requirePlainText();
  }

  /** The next assignment; undefined at the end of the file. */
  next(known: Readonly<Record<string, string>>): { readonly name: string; readonly value: string } | undefined {
    while (this.#skipBlanks() || this.#skipComment() || this.#take("\n")) {}
    if (this.#here === "") return undefined;
    if (/^export[ \t]/.test(this.#text.slice(this.#at, this.#at + 7))) {
      this.#at += "export".length;
      this.#skipBlanks();
    }
    const name = this.#name();
    const value = this.#value(name, known);
    const end = this.#at;
    const hasBlank = this.#skipBlanks();
    if (hasBlank) this.#skipComment();
    if (this.#here !== "" && this.#here !== "\n") {
      const what = hasBlank ? "a blank" : `${JSON.stringify(this.#here)}`;
      throw this.#wrong(end, `${what} ends the value of ${name} here; put the value in single quotes`);
    }
    return { name, value };
  }

  get #here(): string {
    return this.#text.charAt(this.#at);
  }

  #name(): string {
    const start = this.#at;
    if (nameStart.test(this.#here)) while (nameRest.test(this.#here)) this.#at++;
    const name = this.#text.slice(start, this.#at);
    if (name === "" || !this.#take("=")) {
      throw this.#wrong(this.#at, "NAME=value is expected: letters, digits and _, and = right after the name");
    }
    return name;
  }

  #value(name: string, known: Readonly<Record<string, string>>): string {
    let value = "";
    for (;;) {
      const from = this.#at;
      const char = this.#here;
      if (char === "" || char === "\n" || blank.test(char) || operators.test(char)) return value;
      this.#at++;
      if (char === "'") value += this.#singleQuoted(name, from);
      else if (char === '"') value += this.#doubleQuoted(name, from, known);
      else if (char === "\\") value += this.#escaped(name, from);
      else if (char === "$") value += this.#expanded(name, from, known, expandedOutside);
      else if (char === "`") throw this.#wrong(from, `a command in the value of ${name} is not run`);
      else if (char === "~" && (value === "" || value.endsWith(":"))) {
        throw this.#wrong(from, `~ in the value of ${name} is a home directory to a shell; write the path in full`);
      } else value += char;
    }
  }

  #singleQuoted(name: string, from: number): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end < 0) throw this.#wrong(from, `the single quote in the value of ${name} is not closed`);
    const text = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return text;
  }

  #doubleQuoted(name: string, from: number, known: Readonly<Record<string, string>>): string {
    let value = "";
    for (;;) {
      const at = this.#at;
      const char = this.#here;
      if (char === "") throw this.#wrong(from, `the double quote in the value of ${name} is not closed`);
      this.#at++;
      if (char === '"') return value;
      if (char === "\\" && escapedInQuotes.test(this.#here)) value += this.#escaped(name, at);
      else if (char === "$") value += this.#expanded(name, at, known, expandedInQuotes);
      else if (char === "`") throw this.#wrong(at, `a command in the value of ${name} is not run`);
      else value += char;
    }
  }

  #escaped(name: string, from: number): string {
    const char = this.#here;
    if (char === "") throw this.#wrong(from, `the backslash at the end of the value of ${name} escapes nothing`);
    this.#at++;
    // The value goes on in the next line.
    return char === "\n" ? "" : char;
  }

  /** Behind a `$`. */
  #expanded(name: string, from: number, known: Readonly<Record<string, string>>, expanded: RegExp): string {
    const rest = this.#text.slice(this.#at);
    // A shell joins the lines first, and takes the next line's beginning for a part of the name.
    if (/^\w*\\\n/.test(rest)) throw this.#wrong(from, `a line break stands after this $ in the value of ${name}`);
    const found = /^(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/.exec(rest);
    const variable = found?.[1] ?? found?.[2];
    if (found === null || variable === undefined) {
      // As in a shell, any other $ stands for itself.
      if (!expanded.test(this.#here)) return "$";
      throw this.#wrong(from, `this $ in the value of ${name} is expanded by a shell, not here; use single quotes`);
    }
    const value = Object.hasOwn(known, variable) ? known[variable] : this.#file.inherited[variable];
    if (value === undefined) {
      const remedy = `set it in a line before, or put the value of ${name} in single quotes if the $ is meant`;
      throw this.#wrong(from, `$${variable} is not set; ${remedy}`);
    }
    this.#at += found[0].length;
    return value;
  }

  #skipBlanks(): boolean {
    const start = this.#at;
    while (blank.test(this.#here) || (this.#here === "\\" && this.#text.charAt(this.#at + 1) === "\n")) {
      this.#at += this.#here === "\\" ? 2 : 1;
    }
    return this.#at > start;
  }

  /** Only where a word could begin: elsewhere, # belongs to the word. */
  #skipComment(): boolean {
    if (this.#here !== "#") return false;
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
    return true;
  }

  #take(char: string): boolean {
    if (this.#here !== char) return false;
    this.#at++;
    return true;
  }

  #requirePlainText(): void {
    const { content } = this.#file;
    if (this.#text.startsWith("\ufeff")) throw this.#wrong(0, "a byte order mark; save the file as UTF-8 without it");
    const carriage = this.#text.indexOf("\r");
    if (carriage >= 0) {
      throw this.#wrong(carriage, "a carriage return, as in Windows line ends; save the file with line feeds alone");
    }
    const zero = this.#text.indexOf("\0");
    if (zero >= 0) throw this.#wrong(zero, "a zero byte; save the file as UTF-8");
    if (!Buffer.from(this.#text, "utf8").equals(content)) {
      throw this.#wrong(this.#text.indexOf("\ufffd"), "bytes that are not UTF-8; save the file as UTF-8");
    }
  }

  #wrong(at: number, problem: string): DriverError {
    const before = this.#text.slice(0, at).split("\n");
    const [line, column] = [before.length, [...(before.at(-1) ?? "")].length + 1];
    return new DriverError("invalid-input", `${this.#file.name}, line ${line}, column ${column}: ${problem}`, {
      field: this.#file.name,
      value: `line ${line}, column ${column}`,
      expected: "plain assignments NAME=value, as a shell reads them",
    });
  }
}
