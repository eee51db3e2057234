// Loaded before the SDK's runner of packs (PulumiPolicy.yaml, nodeargs), to be ready in half the time. The runner loads the TypeScript
// compiler and ts-node even where `typescript: false` says that nobody needs them: they get an empty stand-in. And what is
// compiled once is kept for the next start. Without this file the packs run just the same, later.
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { enableCompileCache, flushCompileCache, registerHooks } = require("node:module");

const standIn = pathToFileURL(join(__dirname, "no-compiler.cjs")).href;
registerHooks?.({
  resolve: (specifier, context, next) =>
    specifier === "typescript" || specifier === "ts-node"
      ? { url: standIn, format: "commonjs", shortCircuit: true }
      : next(specifier, context),
});

enableCompileCache?.(join(__dirname, "..", "..", "node_modules", ".cache", "pilotlight", "policies"));
// The engine ends a pack without asking, so the cache cannot wait for the end.
setTimeout(() => flushCompileCache?.(), 1000).unref();
