import { servePack } from "../shared/pack.ts";
import { drRules } from "./rules.ts";

servePack("pilotlight-dr", drRules, "Whether the standby could take over.");
