import type { OperationReport } from "../../automation/workflow/stages/operation-report.ts";
import { beyondBound, criticalPath, secondsOf } from "./bound.ts";
import { type EstateOptions, openEstate } from "./estate.ts";
import { measureRecovery, startClient } from "./measure.ts";
import type { OurRecovery } from "./result.ts";
import { type DataSize, seed, untilReplicated } from "./seed.ts";

/** The real driver: a person starts the forced failover when the region goes, with the one override that it will ask for. */
export async function measureOurs(options: Omit<EstateOptions, "protect">, size: DataSize): Promise<OurRecovery> {
  const { say } = options;
  const estate = await openEstate({ ...options, protect: true });
  try {
    const client = startClient(estate);
    const driver = await estate.watch();
    try {
      await client.waitForSite("primary", AbortSignal.timeout(120_000));
      say(`${size.rows} rows and ${size.objects} objects are written at the primary and follow to the standby`);
      await seed(estate, size);
      await untilReplicated(estate, size);
      say("the region goes down; pilotlight failover --forced");
      let report: OperationReport | undefined;
      const recovery = await measureRecovery(estate, client, async () => {
        const reason = "the bench took the region down itself";
        const args = ["failover", "--forced", "--yes", "--override", "fence-unconfirmed", "--reason", reason];
        await estate.pilotlight.must(args, { show: false });
        report = JSON.parse(await estate.pilotlight.must(["report", "--json"], { show: false })) as OperationReport;
        return report.stages.map((stage) => ({ name: stage.name, seconds: secondsOf(stage) }));
      });
      if (report === undefined) throw new Error("the failover left no report");
      const bound = criticalPath(report);
      return { ...recovery, bound, beyond: beyondBound(report, bound, recovery) };
    } finally {
      await Promise.all([client.stop(), driver.stop()]);
    }
  } finally {
    await estate.close();
  }
}
