/** What version control, this checkout and the deployed stack say of one stack's switches. */
export interface StackEpochs {
  /** E.g. `stacks/Pulumi.shop-standby.yaml`. */
  readonly path: string;
  /** In the version that HEAD has; undefined: not under version control. */
  readonly committed: number | undefined;
  /** In this checkout's file. */
  readonly file: number;
  /** Undefined: never deployed. */
  readonly deployed: number | undefined;
}

/** What a person has to do so that no checkout is older than what is deployed; undefined: nothing. */
export function epochDrift({ path, committed, file, deployed = 0 }: StackEpochs): string | undefined {
  if (file < deployed) {
    return `${path} is at epoch ${file}, and epoch ${deployed} is deployed: git pull, or where nobody committed it, pilotlight switch`;
  }
  if (committed === undefined || committed === file) return undefined;
  if (committed > file) return `${path} is at epoch ${file}, and HEAD has epoch ${committed}: git checkout ${path}`;
  return `${path} is at epoch ${file}, and HEAD has epoch ${committed}: commit and push it, or every other checkout is refused`;
}
