export { send as openWorld } from "../network/network.ts";
