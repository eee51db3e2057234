import {
  AssociateRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteTableAssociationCommand,
  type RouteTableAssociation,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

/** aws:ec2/routeTableAssociation:RouteTableAssociation */
export const routeTableAssociation = awsKind({
  inputs: z.strictObject({ ...regional, routeTableId: z.string(), subnetId: z.string() }),
  replaceOnChanges: ["subnetId"],

  async create(aws, wanted, { signal: abortSignal }) {
    const command = new AssociateRouteTableCommand({ RouteTableId: wanted.routeTableId, SubnetId: wanted.subnetId });
    return (await aws.ec2.send(command, { abortSignal })).AssociationId ?? "";
  },

  async look(aws, id, known, { signal }) {
    // An import names it `subnet/route table`, as the real provider does.
    const found = await findAssociation(aws, known["subnetId"] ?? id.split("/")[0], signal);
    if (found?.RouteTableAssociationId === undefined) return undefined;
    return {
      id: found.RouteTableAssociationId,
      properties: { routeTableId: found.RouteTableId, subnetId: found.SubnetId },
    };
  },

  // EC2 gives the association a new id with this; the engine learns it at the next refresh. Until then its subnet finds it.
  async update(aws, _id, { inputs: { routeTableId, subnetId } }, { signal }) {
    const found = await findAssociation(aws, subnetId, signal);
    const AssociationId = found?.RouteTableAssociationId;
    const command = new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: routeTableId });
    await aws.ec2.send(command, { abortSignal: signal });
  },

  async delete(aws, _id, state, { signal }) {
    const found = await findAssociation(aws, state["subnetId"], signal);
    if (found === undefined) return;
    const command = new DisassociateRouteTableCommand({ AssociationId: found.RouteTableAssociationId });
    await orMissing(aws.ec2.send(command, { abortSignal: signal }));
  },
});

/** A subnet has one explicit association at most. */
async function findAssociation(
  aws: AwsRegion,
  subnetId: unknown,
  abortSignal: AbortSignal,
): Promise<RouteTableAssociation | undefined> {
  const filter = { Name: "association.subnet-id", Values: [String(subnetId)] };
  const answer = await aws.ec2.send(new DescribeRouteTablesCommand({ Filters: [filter] }), { abortSignal });
  return answer.RouteTables?.flatMap(({ Associations = [] }) => Associations).find((one) => one.SubnetId === subnetId);
}
