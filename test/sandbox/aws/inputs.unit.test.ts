import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { kinds } from "../../../sandbox/providers/aws/kinds.ts";
import { validateInputs } from "../../../sandbox/providers/validate.ts";

const sdk = join(import.meta.dirname, "../../../node_modules/@pulumi/aws");

/** Inputs of a type as @pulumi/aws declares them. `aws:ec2/vpc:Vpc` is ec2/vpc.d.ts. */
function realInputs(token: string): readonly string[] {
  const [, file = "", name = ""] = token.split(":");
  const source = ts.createSourceFile(file, readFileSync(join(sdk, `${file}.d.ts`), "utf8"), ts.ScriptTarget.Latest);
  const args = source.statements.find((each) => ts.isInterfaceDeclaration(each) && each.name.text === `${name}Args`);
  if (args === undefined || !ts.isInterfaceDeclaration(args)) throw new Error(`${file} declares no ${name}Args`);
  return args.members.flatMap((member) => (member.name && ts.isIdentifier(member.name) ? [member.name.text] : []));
}

/** Kinds with inputs that the sandbox does not mention: nobody here gives them, and a general refusal names them. */
const partly = [
  ...["ec2/eip:Eip", "ec2/natGateway:NatGateway", "ec2/route:Route", "ec2/routeTableAssociation:RouteTableAssociation"],
  ...["ec2/subnet:Subnet", "ec2/vpc:Vpc", "eks/podIdentityAssociation:PodIdentityAssociation", "iam/policy:Policy"],
  ...["iam/role:Role", "rds/instance:Instance", "s3/bucket:Bucket", "s3/bucketVersioning:BucketVersioning"],
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  ...["secretsmanager/secret:Secret", "secretsmanager/secretVersion:SecretVersion"],
].map((name) => `aws:${name}`);

describe("inputs of every kind", () => {
  it.each(Object.keys(kinds))("%s are those of the real provider", (token) => {
    const schema = kinds[token]?.inputs;
    if (!(schema instanceof z.ZodObject)) throw new Error(`${token} has no object of inputs`);
    const real = realInputs(token);
    expect(Object.keys(schema.shape).filter((name) => !real.includes(name))).toEqual([]);
    const rest = real.filter((name) => !(name in schema.shape) && name !== "timeouts");
    if (!partly.includes(token)) expect(rest).toEqual([]);
  });

  it("that cannot be honoured are refused by name, with the reason", () => {
    const refusals = (token: string, inputs: Record<string, unknown>) =>
      validateInputs(kinds[token]?.inputs ?? z.never(), inputs);
    expect(refusals("aws:ecr/repository:Repository", { name: "Shop" })).toMatchObject([{ property: "name" }]);
    expect(refusals("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcId: "v", serviceName: "s", dnsOptions: {} })).toEqual([
      { property: "dnsOptions", reason: "the sandbox refuses it: moto keeps no DNS options of endpoints" },
    ]);
    const subscription = { topic: "t", protocol: "https", endpoint: "https://a.test", endpointAutoConfirms: true };
    expect(refusals("aws:sns/topicSubscription:TopicSubscription", subscription)).toMatchObject([
      { property: "endpointAutoConfirms", reason: expect.stringContaining("asks no endpoint to confirm") },
    ]);
  });
});
