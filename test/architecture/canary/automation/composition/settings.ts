export { stack } from "../../stacks/primary.ts";
