import {
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  type Route,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing, retryWhile } from "./errors.ts";
import { tagMap } from "./tags.ts";

const targetShape = {
  gatewayId: z.string().optional(),
  natGatewayId: z.string().optional(),
  networkInterfaceId: z.string().optional(),
  transitGatewayId: z.string().optional(),
  vpcEndpointId: z.string().optional(),
  vpcPeeringConnectionId: z.string().optional(),
};
const inlineRoute = z.strictObject({ cidrBlock: z.string(), ...targetShape });
type InlineRoute = z.infer<typeof inlineRoute>;

/** aws:ec2/routeTable:RouteTable */
export const routeTable = awsKind({
  inputs: z.strictObject({
    ...regional,
    vpcId: z.string(),
    routes: z.array(inlineRoute).optional(),
    propagatingVgws: z.array(z.string()).max(0, "the sandbox has no virtual gateways").optional(),
    tags: tagsSchema,
  }),
  replaceOnChanges: ["vpcId"],

  async create(aws, wanted, { signal }) {
    const { RouteTable } = await aws.ec2.send(
      new CreateRouteTableCommand({
        VpcId: wanted.vpcId,
        TagSpecifications: tagSpecifications("route-table", wanted.tags),
      }),
      { abortSignal: signal },
    );
    const id = RouteTable?.RouteTableId ?? "";
    for (const route of wanted.routes ?? []) await putRoute(aws, id, route, signal);
    return id;
  },

  async look(aws, id, _known, { signal }) {
    const found = await findTable(aws, id, signal);
    if (found === undefined) return undefined;
    return {
      properties: {
        arn: `arn:aws:ec2:${aws.region}:${found.OwnerId}:route-table/${id}`,
        vpcId: found.VpcId,
        routes: declaredRoutes(found.Routes),
        propagatingVgws: [],
        ownerId: found.OwnerId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, call) {
    // Routes that were never declared here belong to separate Route resources.
    if (change.has("routes")) {
      const wanted = change.inputs.routes ?? [];
      const present = z
        .array(z.looseObject({ cidrBlock: z.string() }))
        .catch([])
        .parse(change.old["routes"]);
      for (const { cidrBlock } of present) {
        if (wanted.some((route) => route.cidrBlock === cidrBlock)) continue;
        await removeRoute(aws, id, cidrBlock, call.signal);
      }
      for (const route of wanted) await putRoute(aws, id, route, call.signal);
    }
    await updateEc2Tags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal }) {
    const found = await findTable(aws, id, signal);
    for (const { RouteTableAssociationId, Main } of found?.Associations ?? []) {
      if (Main === true || RouteTableAssociationId === undefined) continue;
      const command = new DisassociateRouteTableCommand({ AssociationId: RouteTableAssociationId });
      await orMissing(aws.ec2.send(command, { abortSignal: signal }));
    }
    await retryWhile(/^DependencyViolation$/, signal, () =>
      orMissing(aws.ec2.send(new DeleteRouteTableCommand({ RouteTableId: id }), { abortSignal: signal })),
    );
  },
});

/** aws:ec2/route:Route */
export const route = awsKind({
  inputs: z.strictObject({
    ...regional,
    routeTableId: z.string(),
    destinationCidrBlock: z.string(),
    ...targetShape,
  }),
  replaceOnChanges: ["routeTableId", "destinationCidrBlock"],

  async create(aws, wanted, { signal }) {
    const { routeTableId, destinationCidrBlock, region: _, ...target } = wanted;
    await putRoute(aws, routeTableId, { cidrBlock: destinationCidrBlock, ...target }, signal);
    return `r-${routeTableId}${hashCode(destinationCidrBlock)}`;
  },

  async look(aws, id, known, { signal }) {
    // Imported as `<route table>_<destination>`.
    const [importedTable, importedCidr] = id.split("_");
    const tableId = typeof known["routeTableId"] === "string" ? known["routeTableId"] : (importedTable ?? "");
    const cidr = known["destinationCidrBlock"] ?? importedCidr;
    const table = await findTable(aws, tableId, signal);
    const found = table?.Routes?.find((one) => one.DestinationCidrBlock === cidr);
    if (found === undefined) return undefined;
    const { cidrBlock, ...target } = routeOf(found);
    return {
      id: `r-${tableId}${hashCode(cidrBlock)}`,
      properties: {
        routeTableId: tableId,
        destinationCidrBlock: cidrBlock,
        ...target,
        origin: found.Origin,
        state: found.State,
      },
    };
  },

  async update(aws, _id, { inputs: { routeTableId, destinationCidrBlock, region: _, ...target } }, { signal }) {
    await putRoute(aws, routeTableId, { cidrBlock: destinationCidrBlock, ...target }, signal);
  },

  async delete(aws, _id, state, { signal }) {
    await removeRoute(aws, String(state["routeTableId"]), String(state["destinationCidrBlock"]), signal);
  },
});

async function findTable(aws: AwsRegion, id: string, abortSignal: AbortSignal) {
  const command = new DescribeRouteTablesCommand({ RouteTableIds: [id] });
  return (await orMissing(aws.ec2.send(command, { abortSignal })))?.RouteTables?.[0];
}

async function putRoute(aws: AwsRegion, RouteTableId: string, wanted: InlineRoute, abortSignal: AbortSignal) {
  const request = {
    RouteTableId,
    DestinationCidrBlock: wanted.cidrBlock,
    GatewayId: wanted.gatewayId,
    NatGatewayId: wanted.natGatewayId,
    NetworkInterfaceId: wanted.networkInterfaceId,
    TransitGatewayId: wanted.transitGatewayId,
    VpcEndpointId: wanted.vpcEndpointId,
    VpcPeeringConnectionId: wanted.vpcPeeringConnectionId,
  };
  const table = await findTable(aws, RouteTableId, abortSignal);
  const exists = table?.Routes?.some((one) => one.DestinationCidrBlock === wanted.cidrBlock) ?? false;
  if (exists) await aws.ec2.send(new ReplaceRouteCommand(request), { abortSignal });
  else await aws.ec2.send(new CreateRouteCommand(request), { abortSignal });
}

async function removeRoute(aws: AwsRegion, RouteTableId: string, cidr: string, abortSignal: AbortSignal) {
  await orMissing(aws.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: cidr }), { abortSignal }));
}

function declaredRoutes(routes: readonly Route[] | undefined): InlineRoute[] {
  return (routes ?? []).filter(({ GatewayId }) => GatewayId !== "local").map(routeOf);
}

function routeOf(found: Route): InlineRoute {
  const target = {
    gatewayId: found.GatewayId,
    natGatewayId: found.NatGatewayId,
    networkInterfaceId: found.NetworkInterfaceId,
    transitGatewayId: found.TransitGatewayId,
    vpcPeeringConnectionId: found.VpcPeeringConnectionId,
  };
  return { cidrBlock: found.DestinationCidrBlock ?? "", ...target };
}

/** The real provider's id of a route: Terraform's string hash (CRC-32) of the destination. */
function hashCode(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
