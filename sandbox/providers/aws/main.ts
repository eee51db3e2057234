import { servePlugin } from "../plugin-host.ts";
import { awsPlugin } from "./plugin.ts";

servePlugin(awsPlugin);
