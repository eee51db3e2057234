// Which room may import which (ARCHITECTURE.md, "The house"). Read by `npm run check:imports` and by
// test/architecture, which also proves with deliberate violations that every rule here bites.

const MODULES = "(^|/)node_modules/";
const ZOD = `${MODULES}zod/`;
/** Built-in modules that reach beyond the process. */
const OUTSIDE = "^(child_process|cluster|dgram|dns|fs|http|http2|https|net|tls|worker_threads)(/promises)?$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "domain-is-pure",
      comment: "Decisions are functions: no I/O, clock, SDK or Pulumi. Only zod and the contract's types come in.",
      severity: "error",
      from: { path: "^automation/domain/" },
      to: { pathNot: ["^automation/domain/", "^stacks/outputs\\.ts$", ZOD] },
    },
    {
      name: "ports-know-the-domain",
      comment: "A port says what the workflow needs, in words of the domain.",
      severity: "error",
      from: { path: "^automation/ports/" },
      to: { pathNot: ["^automation/(domain|ports)/", "^stacks/outputs\\.ts$", ZOD] },
    },
    {
      name: "workflow-knows-ports",
      comment:
        "Order without wiring: a stage reaches the world through ports alone, so that a test can stand in for it.",
      severity: "error",
      from: { path: "^automation/workflow/" },
      to: {
        path: ["^automation/", MODULES, OUTSIDE],
        pathNot: ["^automation/(domain|ports|workflow)/", ZOD],
      },
    },
    {
      name: "adapters-know-no-doors",
      comment: "Adapters are chosen by app.ts; they do not know it, nor who calls it.",
      severity: "error",
      from: { path: "^automation/adapters/" },
      to: { path: "^automation/(app\\.ts$|cli/|server/|operator/)" },
    },
    {
      name: "app-knows-no-doors",
      comment: "The composition root serves command line, server and operator alike.",
      severity: "error",
      from: { path: "^automation/[^/]+\\.ts$" },
      to: { path: "^automation/(cli|server|operator)/" },
    },
    {
      name: "automation-drives-the-project",
      comment: "The driver runs the project as `pulumi up` does. Of what exists it knows the contract, never the code.",
      severity: "error",
      from: { path: "^automation/" },
      to: { path: "^(components|stacks|policies)/", pathNot: "^stacks/(config|outputs)\\.ts$" },
    },
    {
      name: "components-know-no-stacks",
      comment: "A component is put to use by a stack and does not know which.",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^(stacks|automation|policies)/" },
    },
    {
      name: "stacks-know-components-only",
      comment: "What exists does not depend on what happens.",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^(automation|policies)/" },
    },
    {
      name: "contract-is-pure",
      comment: "config.ts and outputs.ts are also the driver's: no Pulumi, nothing that plans a resource.",
      severity: "error",
      from: { path: "^stacks/(config[a-z-]*|outputs)\\.ts$" },
      to: { pathNot: ["^stacks/(config[a-z-]*|outputs)\\.ts$", "^components/(cidr|subnet-plan)\\.ts$", ZOD] },
    },
    {
      name: "production-knows-no-sandbox",
      comment: "The product must not be able to ask whether it is in a sandbox.",
      severity: "error",
      from: { path: "^(stacks|components|automation|policies)/" },
      to: { path: "^(sandbox|test|bench)/" },
    },
    {
      name: "no-whole-cloud-sdk",
      comment: "Import resources one by one (@pulumi/aws/ec2/vpc.js): an index loads thousands of files and types.",
      severity: "error",
      from: { path: "^(stacks|components)/" },
      to: { path: `${MODULES}@pulumi/(aws|azure-native|kubernetes|random)/.*index\\.(js|d\\.ts)$` },
    },
    {
      name: "no-cycles",
      comment: "What imports itself by way of others cannot be understood or tested alone.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      comment: "An import that does not resolve is one that no other rule can judge.",
      severity: "error",
      from: { path: "^(stacks|components|automation|policies)/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Type imports count: a type drags its room in as well.
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)\\.sandbox|^components/azure/failover-functions-package/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
      extensions: [".ts", ".mts", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};
