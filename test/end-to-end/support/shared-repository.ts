import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { codeRoot } from "../../../sandbox/contracts/world.ts";

const run = promisify(execFile);
const tracked = ["Pulumi.yaml", "package.json", "tsconfig.json", "stacks", "components"];
/** What a person would have in the user's own settings. */
const author = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"];

/** A team's version control: a bare repository, the checkout that it began with, and those of colleagues. */
export class SharedRepository {
  readonly #folder: string;
  readonly #first: string;

  private constructor(folder: string, first: string) {
    this.#folder = folder;
    this.#first = first;
  }

  /** Puts a project's files under version control as they are now. */
  static async of(projectRoot: string): Promise<SharedRepository> {
    const folder = await mkdtemp(join(tmpdir(), "pilotlight-git-"));
    const upstream = join(folder, "upstream.git");
    await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", upstream]);
    const git = (...args: readonly string[]) => run("git", args, { cwd: projectRoot });
    await git("init", "--quiet", "--initial-branch=main");
    await git("remote", "add", "origin", upstream);
    await git("add", ...tracked);
    await git(...author, "commit", "--quiet", "--message=as it is declared");
    await git("push", "--quiet", "--set-upstream", "origin", "main");
    return new SharedRepository(folder, projectRoot);
  }

  /** A colleague's checkout of what is there now. */
  async checkOut(name: string): Promise<string> {
    const root = join(this.#folder, name);
    await run("git", ["clone", "--quiet", join(this.#folder, "upstream.git"), root]);
    await symlink(join(codeRoot, "node_modules"), join(root, "node_modules"));
    return root;
  }

  /** What a person does who is told that the stack files have to be committed. */
  async commitAndPush(): Promise<void> {
    const git = (...args: readonly string[]) => run("git", args, { cwd: this.#first });
    await git(...author, "commit", "--quiet", "--all", "--message=moved");
    await git("push", "--quiet");
  }

  async pull(checkout: string): Promise<void> {
    await run("git", ["pull", "--quiet", "--ff-only"], { cwd: checkout });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
