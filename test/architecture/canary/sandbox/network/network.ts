export { start as send } from "../supervise/supervisor.ts";
