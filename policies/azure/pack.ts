import { servePack } from "../shared/pack.ts";
import { azureRules } from "./rules.ts";

servePack("pilotlight-azure", azureRules, "What Azure resources, and pods at the standby, must be.");
