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
      name: "lib-knows-errors-and-the-clock",
      comment: "Deadlines, retries and clocks are below everything that uses them.",
      severity: "error",
      from: { path: "^automation/lib/" },
      to: {
        path: "^(automation|stacks)/",
        pathNot: "^automation/(lib/|domain/(errors|instant)\\.ts$|ports/clock\\.ts$)",
      },
    },
    {
      name: "workflow-knows-ports",
      comment:
        "Order without wiring: a stage reaches the world through ports alone, so that a test can stand in for it.",
      severity: "error",
      from: { path: "^automation/workflow/" },
      to: {
        path: ["^automation/", MODULES, OUTSIDE],
        pathNot: ["^automation/(domain|lib|ports|workflow)/", ZOD],
      },
    },
    {
      name: "stages-know-no-plans",
      comment: "A stage does not know which graph it is in.",
      severity: "error",
      from: { path: "^automation/workflow/stages/" },
      to: { path: "^automation/workflow/(plans|execution|admission|watch)/|^automation/workflow/driver" },
    },
    {
      name: "plans-know-stages-only",
      comment: "A graph is put together before it is known who runs it.",
      severity: "error",
      from: { path: "^automation/workflow/plans/" },
      to: { path: "^automation/workflow/(execution|admission|watch)/|^automation/workflow/driver" },
    },
    {
      name: "execution-admits-nobody",
      comment: "Whoever runs an operation was admitted before.",
      severity: "error",
      from: { path: "^automation/workflow/execution/" },
      to: { path: "^automation/workflow/(admission|watch)/|^automation/workflow/driver" },
    },
    {
      name: "admission-watches-nothing",
      comment: "May it begin? Who asks, a person or the watch, makes no difference.",
      severity: "error",
      from: { path: "^automation/workflow/admission/" },
      to: { path: "^automation/workflow/watch/" },
    },
    {
      name: "adapters-know-no-callers",
      comment: "Adapters are chosen by composition; they know neither it nor who calls it.",
      severity: "error",
      from: { path: "^automation/adapters/" },
      to: { path: "^automation/(composition|cli|server|functions|lease-agent|workflow|cost)/" },
    },
    {
      name: "preflight-judges-facts",
      comment: "Preflight looks through sources that it is given; composition says what they are.",
      severity: "error",
      from: { path: "^automation/preflight/" },
      to: { path: "^automation/(adapters|composition|cli|server|functions|lease-agent|cost)/" },
    },
    {
      name: "cost-reads-the-contract",
      comment: "A price follows from the stack's configuration and the dated price file, and from nothing that runs.",
      severity: "error",
      from: { path: "^automation/cost/" },
      to: { path: "^automation/", pathNot: "^automation/(cost/|domain/)" },
    },
    {
      name: "functions-are-a-program-of-their-own",
      comment: "They run in a Function App without the driver: of the rest they take pure rules and single adapters.",
      severity: "error",
      from: { path: "^automation/functions/" },
      to: { path: "^automation/", pathNot: "^automation/(functions|domain|lib|ports|adapters)/" },
    },
    {
      name: "lease-agent-is-a-program-of-its-own",
      comment:
        "It runs in a site's cluster without the driver: of the adapters it takes the witness, the database and what composition needs to make them.",
      severity: "error",
      from: { path: "^automation/lease-agent/" },
      to: { path: "^automation/(workflow|cli|server|preflight|cost|functions)/" },
    },
    {
      name: "composition-knows-no-callers",
      comment: "What wires serves command line and server alike.",
      severity: "error",
      from: { path: "^automation/composition/" },
      to: { path: "^automation/(cli|server|functions|lease-agent)/" },
    },
    {
      name: "server-knows-no-command-line",
      comment: "The receivers of alerts work without a terminal.",
      severity: "error",
      from: { path: "^automation/server/" },
      to: { path: "^automation/(cli|composition|functions|lease-agent|cost)/" },
    },
    {
      name: "command-line-is-the-top",
      comment: "A command parses, calls and prints; it reaches adapters through composition.",
      severity: "error",
      from: { path: "^automation/cli/" },
      to: { path: "^automation/(functions|lease-agent)/" },
    },
    {
      name: "commands-load-late",
      comment:
        "`--help` answers at once: what needs SDKs is imported inside an action (automation/cli/run-*.ts), never at the top of a command.",
      severity: "error",
      from: { path: "^automation/cli/", pathNot: "^automation/cli/(run-[a-z-]+|watch-by-lease|progress)\\.ts$" },
      to: {
        path: `^automation/(adapters/|composition/(?!project-root)|server/|cost/|workflow/)|${MODULES}(zod|log-update|fastify|pg)/`,
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "automation-drives-the-project",
      comment: "The driver runs the project as `pulumi up` does. Of what exists it knows the contract, never the code.",
      severity: "error",
      from: { path: "^automation/" },
      to: { path: "^(components|stacks|policies)/", pathNot: "^stacks/(config|outputs|switches)\\.ts$" },
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
      comment: "config.ts, outputs.ts and switches.ts are also the driver's: no Pulumi, nothing that plans a resource.",
      severity: "error",
      from: { path: "^stacks/(config[a-z-]*|outputs|switches)\\.ts$" },
      to: {
        pathNot: [
          "^stacks/(config[a-z-]*|outputs|switches)\\.ts$",
          "^components/(cidr|kubernetes-versions|subnet-plan)\\.ts$",
          ZOD,
        ],
      },
    },
    {
      name: "production-knows-no-sandbox",
      comment: "The product must not be able to ask whether it is in a sandbox.",
      severity: "error",
      from: { path: "^(stacks|components|automation|policies)/" },
      to: { path: "^(sandbox|test|bench)/" },
    },
    {
      name: "sandbox-contracts-are-the-ground",
      comment: "What the sandbox's parts say to each other, and what any of them may use, knows none of them.",
      severity: "error",
      from: { path: "^sandbox/(contracts|lib)/" },
      to: { path: "^(sandbox|automation|stacks|components|policies)/", pathNot: "^sandbox/(contracts|lib)/" },
    },
    {
      name: "sandbox-supervise-is-the-top",
      comment: "What starts every part of the sandbox is asked for by its command line, and by tests.",
      severity: "error",
      from: { pathNot: "^(sandbox/(main\\.ts$|supervise/)|test/)" },
      to: { path: "^sandbox/supervise/" },
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
