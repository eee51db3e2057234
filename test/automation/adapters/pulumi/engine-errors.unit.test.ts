import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { classifyEngineError, errorLines, plain } from "../../../../automation/adapters/pulumi/classify.ts";
import { EngineWatch } from "../../../../automation/adapters/pulumi/engine-watch.ts";
import { describeLock, lockState, parseLocks } from "../../../../automation/adapters/pulumi/stack-lock.ts";

const lockMessage = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/pilotlight/s/1.json: created by root@${hostname()} (pid 999999) at 2026-11-21T09:00:00Z
  file:///state/.pulumi/locks/organization/pilotlight/s/2.json: created by ann@elsewhere (pid 12) at 2026-11-21T09:01:00Z`;

/** What clouds and the engine really say; where a form is not from the engine's own source, who saw it. */
const seen: readonly (readonly [from: string, text: string, code: string, retryable: boolean])[] = [
  // The engine's backends: pkg/backend/diy/lock.go, pulumi/pulumi#2073
  ["a state kept in files or a bucket", lockMessage, "locked", false],
  ["Pulumi Cloud", "[409] Conflict: Another update is currently in progress.", "locked", false],
  ["the passphrase", "incorrect passphrase", "invalid-input", false],
  ["no such stack", "error: no stack named 'sandbox-standby' found", "not-found", false],
  // pulumi/pulumi#3078, #8461, #2714; simple-container-com/api#286
  [
    "no such stack in a state kept in files",
    "error: failed to load checkpoint: blob (code=NotFound): stat /home/ada/.pulumi/stacks/x.json: no such file or directory",
    "not-found",
    false,
  ],
  [
    "no such stack in a state kept in files of Windows",
    'error: failed to load checkpoint: blob (key ".pulumi/stacks/x.json") (code=NotFound): CreateFile C:\\state\\.pulumi\\stacks\\x.json: The system cannot find the file specified.',
    "not-found",
    false,
  ],
  [
    "no such stack in a bucket of S3",
    "error: failed to load checkpoint: blob (code=NotFound): NoSuchKey: The specified key does not exist.\n\tstatus code: 404, request id: 8FDFF4787E944F03",
    "not-found",
    false,
  ],
  [
    "no such stack in Google's storage",
    'failed to load checkpoint: blob (key ".pulumi/stacks/p/x.json") (code=Unknown): storage: object doesn\'t exist: googleapi: Error 404: No such object: state/.pulumi/stacks/p/x.json, notFound',
    "not-found",
    false,
  ],
  [
    "no such stack in Azure's storage",
    'failed to load checkpoint: blob (key ".pulumi/stacks/p/x.json") (code=Unknown): GET https://a.blob.core.windows.net/state/.pulumi/stacks/p/x.json\nRESPONSE 404: 404 The specified blob does not exist.\nERROR CODE: BlobNotFound',
    "not-found",
    false,
  ],
  ["no such stack, by Pulumi Cloud", "error: [404] Not found: Stack 'ada/shop/x' not found", "not-found", false],
  ["no such stack, in other words", "error: stack 'x' not found", "not-found", false],
  ["a state that is not there", "error: could not load stack: checkpoint does not exist", "not-found", false],
  [
    "a bucket that is not there is no missing stack",
    "error: failed to load checkpoint: blob (code=NotFound): NoSuchBucket: The specified bucket does not exist",
    "invalid-input",
    false,
  ],

  // No room in Azure. MicrosoftDocs/azure-docs#41882, Azure/pcs-cli#147
  [
    "a size that is not sold here",
    `Code="SkuNotAvailable" Message="The requested size for resource '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/aks-default-1-vmss' is currently not available in location 'westeurope' zones '' for subscription 's'. Please try another size or deploy to a different location or zones."`,
    "capacity",
    false,
  ],
  // Azure-Samples/azuresandbox#70
  [
    "a size that is short",
    "409 Conflict: SkuNotAvailable: The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_B2s' is currently not available in location 'eastus'.",
    "capacity",
    false,
  ],
  // dotnet/core#7509, Azure/AKS#5746
  [
    "AKS and a size that the subscription may not use",
    'Status=400 Code="BadRequest" Message="The VM size of AgentPoolProfile:default is not allowed in your subscription in location \'westus\'. For more details, please visit https://aka.ms/cpu-quota"',
    "capacity",
    false,
  ],
  // learn.microsoft.com/troubleshoot/azure/azure-kubernetes/error-codes/zonalallocation-allocationfailed-error
  [
    "AKS: a full zone",
    'Code="ZonalAllocationFailed" Message="Allocation failed. We do not have sufficient capacity for the requested VM size in this zone."',
    "capacity",
    false,
  ],
  [
    "AKS: a full region",
    'Code="AllocationFailed" Message="The VM allocation failed due to an internal error. Please retry later or try deploying to a different location."',
    "capacity",
    false,
  ],
  [
    "AKS: constraints",
    'Code="OverconstrainedAllocationRequest" Message="Create or update VMSS failed."',
    "capacity",
    false,
  ],
  // Azure/karpenter-provider-azure#192, openshift/release#12840
  [
    "a quota of cores",
    'RESPONSE 409: 409 Conflict ERROR CODE: OperationNotAllowed "Operation could not be completed as it results in exceeding approved standardDSv3Family Cores quota. Current Limit: 100"',
    "capacity",
    false,
  ],
  // hashicorp/terraform#10056
  [
    "a quota of cores, in older words",
    'Status=409 Code="OperationNotAllowed" Message="Operation results in exceeding quota limits of Core. Maximum allowed: 20"',
    "capacity",
    false,
  ],
  // Azure/AKS#5808
  ["a regional quota", 'Code="QuotaExceeded" exceeding approved Total Regional Cores quota', "capacity", false],
  // 1ChristianAlex/motordesk#14
  [
    "AKS: a quota of cores",
    "ErrCode_InsufficientVCPUQuota: Insufficient vcpu quota requested 2, remaining 0 for family StandardDasv7Family for region eastus.",
    "capacity",
    false,
  ],
  ["addresses", "Code=PublicIPCountLimitReached Cannot create more than 50 public IP addresses", "capacity", false],

  // No room in AWS. aws/containers-roadmap#2204, 2i2c-org/infrastructure#3334
  [
    "a node group",
    "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient p4d.24xlarge capacity in the Availability Zone you requested",
    "capacity",
    false,
  ],
  // aws/amazon-cloudwatch-agent-test#256
  [
    "a limit of vCPUs",
    "creating EC2 Instance: VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket",
    "capacity",
    false,
  ],
  // Fraudmarc/fraudmarc-ce#50
  [
    "a database",
    "InsufficientDBInstanceCapacity: Cannot create a db.t2.micro database instance because there are no availability zones with sufficient capacity",
    "capacity",
    false,
  ],
  // hashicorp/terraform-provider-aws#25768
  ["a quota of databases", "InstanceQuotaExceeded: DB Instance quota exceeded status code: 400", "capacity", false],
  // terraform-aws-modules/terraform-aws-eks#2149
  [
    "a quota of requests",
    "AsgInstanceLaunchFailures: You've reached your quota for maximum Fleet Requests",
    "capacity",
    false,
  ],

  // Too fast. pulumi/pulumi-azure-native#3720, MicrosoftDocs/azure-docs#105248, Azure/azqr#34
  [
    "Azure Resource Manager",
    "RESPONSE 429: 429 Too Many Requests ERROR CODE: ResourceRequestsThrottled",
    "throttled",
    true,
  ],
  [
    "an Azure subscription",
    "SubscriptionRequestsThrottled: Number of requests for subscription exceeded",
    "throttled",
    true,
  ],
  ["AWS", "ThrottlingException: Rate exceeded", "throttled", true],
  ["EC2", "RequestLimitExceeded: Request limit exceeded.", "throttled", true],
  ["Route 53", "PriorRequestNotComplete: Route 53 was still processing a prior request", "throttled", true],

  // Somebody else is at it.
  [
    "AKS busy",
    "OperationNotAllowed: Operation is not allowed because there's an in progress update managed cluster operation on the managed cluster",
    "conflict",
    true,
  ],

  // Who we are. crc-org/crc#4377
  [
    "an expired secret",
    "DefaultAzureCredential authentication failed. failed to acquire a token. reply status code was 401: AADSTS7000222: The provided client secret keys are expired.",
    "denied",
    false,
  ],
  ["AWS rights", "api error AccessDenied: not authorized to perform rds:CreateDBInstance", "denied", false],
  [
    "AWS without credentials",
    "failed to refresh cached credentials, no EC2 IMDS role found, context deadline exceeded",
    "denied",
    false,
  ],
  ["Azure rights", "RESPONSE 403: 403 Forbidden ERROR CODE: AuthorizationFailed", "denied", false],
  ["Kubernetes", "You must be logged in to the server (Unauthorized)", "denied", false],

  // Nobody answers.
  ["Azure", "Put https://management.azure.com: dial tcp 1.2.3.4:443: i/o timeout", "unreachable", true],
  [
    "its login",
    "failed to acquire a token: dial tcp: lookup login.microsoftonline.com on 10.0.0.2:53: no such host",
    "unreachable",
    true,
  ],
  ["a cluster", "configured Kubernetes cluster is unreachable: unable to load schema", "unreachable", true],
  [
    "a cluster, to the official plugin's refresh",
    'failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
    "unreachable",
    true,
  ],
  ["a cluster whose API is frozen", "the server is currently unable to handle the request", "unreachable", true],
  [
    "AWS behind a cut",
    "operation error STS: AssumeRole, https response error StatusCode: 0, RequestID: , request send failed",
    "unreachable",
    true,
  ],
  ["a broken service", "https response error StatusCode: 503, RequestID: 1, ServiceUnavailable", "unreachable", true],
  [
    "a provider that gave up",
    "timeout while waiting for state to become 'available' (last state: 'creating', timeout: 40m0s)",
    "timeout",
    true,
  ],

  // The program and its inputs.
  ["configuration", "Missing required configuration variable 'pilotlight:zoneName'", "invalid-input", false],
  ["the compiler", "index.ts(3,1): error TS2304: Cannot find name 'x'", "invalid-input", false],
  [
    "what is fixed at creation",
    'Code="PropertyChangeNotAllowed" Message="Changing property is not allowed."',
    "invalid-input",
    false,
  ],
  ["protected data", 'unable to delete resource "x" as it is currently marked for protection', "refused", false],
  ["numbers are no statuses", "resource vpc-429 took 503 ms, pid 401, 403 resources", "fatal", false],
  ["news", "something nobody has seen before", "fatal", false],
  ["silence", "", "fatal", false],
];

describe("errors of the engine", () => {
  it.each(seen)("%s", (_from, text, code, retryable) => {
    expect(classifyEngineError("update", [text], undefined)).toMatchObject({ code, retryable });
  });

  it("do not name a holder where one of several locks is unknown", () => {
    expect(parseLocks(lockMessage.replace(/\n {2}file:.*2\.json.*/, ""))).toEqual([]);
    expect(parseLocks(lockMessage.replaceAll("root@", "CORP\\ann smith@"))[0]).toMatchObject({
      user: "CORP\\ann smith",
      host: hostname(),
    });
  });

  it("come without what is put around every one", () => {
    const text = "1 error occurred:\n\t* AllocationFailed: no room\n";
    expect(classifyEngineError("update", [text, "update failed"], undefined).message).toBe(
      "update: AllocationFailed: no room",
    );
    expect(classifyEngineError("update", ["update failed"], undefined).message).toContain("without saying why");
  });

  it("come without colour, noise and credentials", () => {
    expect(plain("<{%fg 1%}>bad<{%reset%}> \u001b[31mred\u001b[0m ")).toBe("bad red");
    expect(errorLines("Updating (s):\n\nerror: first\n  second\n")).toEqual(["error: first", "second"]);
    const error = classifyEngineError(
      "update",
      ["cannot reach postgres://admin:hunter2@db/x password=hunter3"],
      undefined,
    );
    expect(error.message).not.toMatch(/hunter/);
  });

  it("are told from the warnings around them", () => {
    const warning = "warning: old state is deprecated: AccessDenied\n  status code: 403";
    expect(errorLines(`${warning}\nerror: no stack named 'x' found\n`)).toEqual(["error: no stack named 'x' found"]);
    expect(errorLines(`error: no room\n${warning}\nerror: second\n  more\n`)).toEqual([
      "error: no room",
      "error: second",
      "more",
    ]);
    expect(errorLines(`${warning.split("\n")[0]}\nno stack named 'x' found`)).toEqual(["no stack named 'x' found"]);
    expect(errorLines("warning: only this")).toEqual(["warning: only this"]);
    expect(errorLines("    \u001b[31merror: \u001b[0mbad\r\n  panic: worse\n")).toEqual(["error: bad", "panic: worse"]);
  });

  it("name who holds a lock", async () => {
    const locks = parseLocks(lockMessage);
    expect(locks).toHaveLength(2);
    expect(await Promise.all(locks.map(lockState))).toEqual(["dead", "elsewhere"]);
    const [, other] = locks;
    if (other === undefined) throw new Error("unreachable");
    expect(describeLock(other, new Date("2026-11-21T09:02:30Z"))).toBe(
      "ann@elsewhere (pid 12), since 2026-11-21T09:01:00Z (90 s)",
    );
  });
});

describe("watch over the engine", () => {
  const urn = "urn:pulumi:s::p::parent:x:Y$kubernetes:apps/v1:Deployment::service-a";
  const event = (content: object) => ({ sequence: 1, timestamp: 0, ...content });
  const metadata = (op: "create" | "same") => ({ op, urn, type: "t", provider: "" });

  it("tells progress, counts, and errors with their resource", () => {
    const lines: string[] = [];
    const watch = new EngineWatch((line) => lines.push(line));
    watch.hear(event({ resourcePreEvent: { metadata: metadata("same") } }));
    watch.hear(event({ resourcePreEvent: { metadata: metadata("create") } }));
    watch.hear(event({ resOpFailedEvent: { metadata: metadata("create"), status: 0, steps: 1 } }));
    watch.hear(event({ diagnosticEvent: { urn, message: "<{%reset%}>no\n", color: "raw", severity: "error" } }));
    watch.hear(
      event({
        summaryEvent: {
          maybeCorrupt: false,
          durationSeconds: 1,
          resourceChanges: { create: 2, same: 3 },
          policyPacks: {},
        },
      }),
    );
    expect(lines).toEqual([
      "creating kubernetes:apps/v1:Deployment service-a",
      "failed kubernetes:apps/v1:Deployment service-a",
    ]);
    expect(watch.errors).toEqual(["kubernetes:apps/v1:Deployment service-a: no"]);
    expect(watch.changes).toEqual({ create: 2, update: 0, replace: 0, delete: 0, same: 3 });
  });

  it("is patient with a resource under way and not with silence", async () => {
    const watch = new EngineWatch(undefined);
    const limits = { busy: 10_000, idle: 5 };
    watch.hear(event({ resourcePreEvent: { metadata: metadata("create") } }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(watch.overdue(limits)).toBe(0);
    watch.hear(event({ resOutputsEvent: { metadata: metadata("create") } }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(watch.overdue(limits)).toBeGreaterThan(0);
  });
});
