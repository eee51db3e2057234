export { wired } from "../composition/wired.ts";
