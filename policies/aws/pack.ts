import { servePack } from "../shared/pack.ts";
import { awsRules } from "./rules.ts";

servePack("pilotlight-aws", awsRules, "What AWS resources, and pods at the primary, must be.");
