import { readFileSync } from "node:fs";

export const decide = () => readFileSync("state", "utf8");
