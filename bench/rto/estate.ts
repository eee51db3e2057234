import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { World } from "../../sandbox/contracts/contracts.ts";
import { ControlClient } from "../../sandbox/contracts/control-client.ts";
import { codeRoot, openWorld } from "../../sandbox/contracts/world.ts";
import { DriverService } from "../../sandbox/demo/driver-service.ts";
import { Pilotlight } from "../../sandbox/demo/pilotlight.ts";
import { stackOutputs } from "../../sandbox/demo/stack-outputs.ts";
import {
  type PrimaryOutputs,
  primaryOutputsSchema,
  type StandbyOutputs,
  standbyOutputsSchema,
} from "../../stacks/outputs.ts";

/** A sandbox of its own with both stacks up: neither run finds anything of the other. */
export interface Estate {
  readonly world: World;
  readonly pilotlight: Pilotlight;
  readonly control: ControlClient;
  readonly primary: PrimaryOutputs;
  readonly standby: StandbyOutputs;
  readonly dnsServer: string;
  /** `pilotlight serve` that watches, beats and copies objects, and decides nothing. */
  watch(): Promise<DriverService>;
  close(): Promise<void>;
}

export interface EstateOptions {
  readonly instance: number;
  readonly scale: number;
  /** The standby's database follows, as Pilotlight keeps it. False: both stacks and nothing between them. */
  readonly protect: boolean;
  readonly say: (line: string) => void;
}

/** What a signal must still end. */
const open = new Set<() => Promise<void>>();

/** Ends what a run that is broken off leaves: its driver, its sandbox, its folder. */
export async function closeWhatIsOpen(): Promise<void> {
  for (const close of [...open].reverse()) await close();
}

const parts = ["Pulumi.yaml", "package.json", "tsconfig.json", "stacks", "components"];

export async function openEstate({ instance, scale, protect, say }: EstateOptions): Promise<Estate> {
  const root = await mkdtemp(join(tmpdir(), "pilotlight-rto-"));
  for (const part of parts) await cp(join(codeRoot, part), join(root, part), { recursive: true });
  await symlink(join(codeRoot, "node_modules"), join(root, "node_modules"));
  process.env["PILOTLIGHT_PROJECT_ROOT"] = root;
  process.env["PILOTLIGHT_SANDBOX_INSTANCE"] = String(instance);
  const create = (environment: NodeJS.ProcessEnv = {}) => new Pilotlight(root, environment);
  const close = async () => {
    open.delete(close);
    await create().run(["sandbox", "down", "--wipe"], { show: false });
    await rm(root, { recursive: true, force: true });
  };
  open.add(close);
  try {
    say(`a sandbox comes up, provisioning times divided by ${scale}`);
    await create().must(["sandbox", "up", "--provisioning-scale", String(scale)], { show: false });
    Object.assign(process.env, parseEnv(readFileSync(join(root, ".env.sandbox"), "utf8")));
    const world = openWorld(root, instance);
    const pilotlight = create();
    say("both stacks come up");
    await pilotlight.must(["up", ...(protect ? [] : ["--no-protect"])], { show: false });
    return {
      world,
      pilotlight,
      control: new ControlClient(world),
      primary: primaryOutputsSchema.parse(await stackOutputs(world, "sandbox-primary")),
      standby: standbyOutputsSchema.parse(await stackOutputs(world, "sandbox-standby")),
      dnsServer: process.env["PILOTLIGHT_DNS_SERVERS"] ?? "",
      async watch() {
        const observing = (environment: NodeJS.ProcessEnv) => create({ ...environment, PILOTLIGHT_MODE: "observe" });
        const driver = await DriverService.start(observing, {
          directory: world.directory,
          address: `127.${30 + instance}.0.1:8930`,
          onLine: () => {},
        });
        open.add(() => driver.stop());
        return driver;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
