import { Driver } from "../../automation/workflow/driver.ts";
import type { DriverOptions } from "../../automation/workflow/driver-types.ts";
import type { DriverEvent } from "../../automation/workflow/execution/events.ts";
import type { DriverSettingsInput } from "../../automation/workflow/settings.ts";
import { fakePorts } from "./fake-ports.ts";
import { FakeProcess } from "./fake-process.ts";
import { FakeWorld } from "./fake-world.ts";

/** A driver process of its own in a world. */
export function fakeDriver(
  world: FakeWorld,
  options: {
    readonly dieAt?: number;
    readonly settings?: DriverSettingsInput;
    readonly wake?: DriverOptions["wake"];
    /** Default `tester`. */
    readonly identity?: string;
  } = {},
) {
  const process = new FakeProcess("driver", options.dieAt);
  const ports = fakePorts(world, process);
  const events: DriverEvent[] = [];
  const driver = new Driver({
    environment: "test",
    application: "app",
    ports,
    settings: options.settings ?? {},
    onEvent: (event) => events.push(event),
    identity: options.identity ?? "tester",
    random: () => 0.5,
    ...(options.wake === undefined ? {} : { wake: options.wake }),
  });
  return { driver, ports, process, events };
}

/** A world whose standby follows the primary and whose witness knows. */
export async function protectedWorld(): Promise<FakeWorld> {
  const world = new FakeWorld();
  const { driver } = fakeDriver(world);
  await driver.reprotect();
  return world;
}
