export { command } from "../cli/main.ts";
