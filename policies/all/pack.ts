import { servePack } from "../shared/pack.ts";
import { allRules } from "./rules.ts";

// The engine starts a process for each pack, one after the other, and asks each about every resource: three cost three times one.
servePack("pilotlight", allRules, "The packs aws, azure and dr in one process.");
