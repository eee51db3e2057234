import { servePlugin } from "../plugin-host.ts";
import { azureNativePlugin } from "./plugin.ts";

servePlugin(azureNativePlugin);
