import { servePlugin } from "../plugin-host.ts";
import { kubernetesPlugin } from "./plugin.ts";

servePlugin(kubernetesPlugin);
