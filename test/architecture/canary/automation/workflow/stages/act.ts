export { look } from "../watch/look.ts";
