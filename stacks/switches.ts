import type { DeclaredSwitches, Site } from "./outputs.ts";

/** Type of the component that records the switches in a stack's state, ahead of everything that an update changes. */
export const SWITCHES_TYPE = "pilotlight:index:Switches";

/**
 * Types whose removal cuts users off while their site is the active one. Only what nothing else stands on has to be listed: the engine
 * removes dependents first, so what these stand on stays as long as they do.
 */
const SERVING: readonly RegExp[] = [
  /^azure-native:containerservice:ManagedCluster$/,
  /^azure-native:containerinstance:ContainerGroup$/,
  /^azure-native:network:PublicIPAddress$/,
  /^azure-native:trafficmanager:(Profile|Endpoint)$/,
  /^azure-native:cdn:(Profile|AFD\w+|Route)$/,
  /^aws:eks\/(cluster:Cluster|nodeGroup:NodeGroup)$/,
  /^aws:lb\/(loadBalancer:LoadBalancer|listener:Listener|targetGroup:TargetGroup)$/,
  /^aws:route53\/record:Record$/,
  /^kubernetes:core\/v1:(Namespace|Service)$/,
  /^kubernetes:apps\/v1:Deployment$/,
];

/** Whether a resource of this type serves users while its site is active, e.g. `kubernetes:core/v1:Service`. */
export function isServing(type: string): boolean {
  return SERVING.some((pattern) => pattern.test(type));
}

/**
 * Why a configuration must not be applied over what is deployed; undefined: it may. An older epoch never may. At the same epoch the
 * active site must be the same, and a standby that serves must stay lit; lighting one that does not serve is anybody's. A newer epoch
 * is a statement of whoever wrote it. `deployed` undefined: nothing ever was.
 */
export function whyStale(
  stack: string,
  declared: DeclaredSwitches,
  deployed: DeclaredSwitches | undefined,
): string | undefined {
  if (deployed === undefined || declared.epoch > deployed.epoch) return undefined;
  const file = `stacks/Pulumi.${stack}.yaml`;
  const now = `${shown(deployed)}${attribution(deployed)}`;
  if (declared.epoch < deployed.epoch) {
    return (
      `${file} is older than what is deployed: it was written at epoch ${declared.epoch} (${shown(declared)}), and epoch ${deployed.epoch} is ` +
      `deployed: ${now}. Nothing was planned. Take the file as it was committed after that (git pull), or have it written here: pilotlight switch`
    );
  }
  const moves = declared.activeSite !== deployed.activeSite;
  const cuts = deployed.activeSite === "standby" && deployed.drActive && !declared.drActive;
  if (!moves && !cuts) return undefined;
  const change = moves ? `activeSite to ${declared.activeSite}` : "drActive to false under a standby that serves";
  return (
    `${file} changes ${change} and still names epoch ${deployed.epoch}, at which this is deployed: ${now}. Nothing was planned. Moves are made by ` +
    `pilotlight failover and failback; to change it by hand all the same, name the next epoch too: pulumi config set pilotlight:epoch ${deployed.epoch + 1} -s ${stack}`
  );
}

/** What holds: what is deployed, unless this file was written after it. */
export function heldSwitches(file: DeclaredSwitches, deployed: DeclaredSwitches | undefined): DeclaredSwitches {
  return deployed === undefined || file.epoch > deployed.epoch ? file : deployed;
}

/** What is to be written for `wanted`: the next epoch where that changes a switch, else what holds. */
export function nextSwitches(
  file: DeclaredSwitches,
  deployed: DeclaredSwitches | undefined,
  wanted: Partial<Pick<DeclaredSwitches, "activeSite" | "drActive">>,
  moved: { readonly by: string; readonly at: string },
): DeclaredSwitches {
  const held = heldSwitches(file, deployed);
  const { activeSite = held.activeSite, drActive = held.drActive } = wanted;
  if (activeSite === held.activeSite && drActive === held.drActive) return held;
  const epoch = Math.max(file.epoch, deployed?.epoch ?? 0) + 1;
  return { epoch, activeSite, drActive, movedBy: moved.by, movedAt: moved.at };
}

function shown({ activeSite, drActive }: { readonly activeSite: Site; readonly drActive: boolean }): string {
  return `the active site is ${activeSite}${drActive ? ", the standby's compute is lit" : ""}`;
}

function attribution({ movedBy, movedAt }: DeclaredSwitches): string {
  return movedBy === undefined ? "" : `, by ${movedBy}${movedAt === undefined ? "" : ` at ${movedAt}`}`;
}
