import process from "node:process";
import type { Reporter, TestModule } from "vitest/node";

const shown = 10;

/** Prints the ten files of a run that took longest, with what of it was loading. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules
      .map((module) => {
        const { collectDuration, setupDuration, prepareDuration, environmentSetupDuration, duration } =
          module.diagnostic();
        const loading = collectDuration + setupDuration + prepareDuration + environmentSetupDuration;
        return { name: module.relativeModuleId, seconds: (loading + duration) / 1000, loading: loading / 1000 };
      })
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, shown);
    if (modules.length <= shown) return;
    const lines = files.map(
      ({ name, seconds, loading }) => `${seconds.toFixed(1).padStart(8)} s  ${name} (loading ${loading.toFixed(1)} s)`,
    );
    process.stdout.write(`\nThe slowest of ${modules.length} files:\n${lines.join("\n")}\n`);
  }
}
