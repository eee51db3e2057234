import { loadEnvironment } from "../composition/environment-file.ts";
import { costText } from "../cost/cost-text.ts";
import { estimate } from "../cost/estimate.ts";
import { compareWithReference } from "../cost/myca-reference.ts";
import { PriceList } from "../cost/price-list.ts";
import { readStandbyConfig } from "../cost/stack-file.ts";
import type { RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

/** `pilotlight cost`: reads the stack file alone, so it needs neither the engine nor a cloud. */
export const registerCost: RegisterCommand = (program, run) => {
  program
    .command("cost")
    .description("what the standby costs a month at rest and an hour lit, by resource and tier")
    .action(
      run<object>(async (context) => {
        const environment =
          program.opts<{ environment?: string }>().environment ??
          loadEnvironment(context.projectRoot, undefined, process.env).PILOTLIGHT_ENVIRONMENT ??
          "";
        const config = readStandbyConfig(context.projectRoot, environment);
        const result = estimate(config, PriceList.read(), new Date());
        const reference = compareWithReference(result);
        context.print(reference === undefined ? result : { ...result, reference }, costText(result, reference));
        return exitCodes.done;
      }),
    );
};
