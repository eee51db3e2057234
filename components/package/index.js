import * as components from "./index.ts";
import { serve } from "./provider.ts";

// JavaScript, because Pulumi's plugin runner compiles a TypeScript main by ts-node, which takes neither ES modules nor `.ts`
// imports. From here on Node strips the types by itself. The analyzer looks for index.ts beside it.
serve(Object.values(components));
