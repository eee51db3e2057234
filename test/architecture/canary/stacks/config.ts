import { getStack } from "@pulumi/pulumi";
import { turn } from "./turn.ts";

export const config = (): string => getStack() + turn();
