import { servePlugin } from "../plugin-host.ts";
import { randomPlugin } from "./plugin.ts";

servePlugin(randomPlugin);
