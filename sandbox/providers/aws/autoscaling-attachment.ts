import {
  AttachLoadBalancerTargetGroupsCommand,
  DescribeAutoScalingGroupsCommand,
  DetachLoadBalancerTargetGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import { z } from "zod";
import { awsKind, refused, regional } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";

/** aws:autoscaling/attachment:Attachment of a target group. Nobody imports one: its id says nothing. */
export const autoScalingAttachment = awsKind({
  inputs: z.strictObject({
    ...regional,
    autoscalingGroupName: z.string(),
    lbTargetGroupArn: z.string(),
    elb: refused("it has no classic load balancers; attach a target group"),
  }),
  replaceOnChanges: ["autoscalingGroupName", "lbTargetGroupArn"],

  async create(aws, { autoscalingGroupName, lbTargetGroupArn }, { signal: abortSignal }) {
    const request = { AutoScalingGroupName: autoscalingGroupName, TargetGroupARNs: [lbTargetGroupArn] };
    await aws.autoScaling.send(new AttachLoadBalancerTargetGroupsCommand(request), { abortSignal });
    return `${autoscalingGroupName}-${crypto.randomUUID().replaceAll("-", "").slice(0, 26)}`;
  },

  async look(aws, _id, known, { signal: abortSignal }) {
    const group = String(known["autoscalingGroupName"] ?? "");
    if (group === "") return undefined;
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
    const { AutoScalingGroups = [] } = await aws.autoScaling.send(command, { abortSignal });
    const attached = AutoScalingGroups[0]?.TargetGroupARNs?.includes(String(known["lbTargetGroupArn"]));
    if (attached !== true) return undefined;
    return { properties: { autoscalingGroupName: group, lbTargetGroupArn: known["lbTargetGroupArn"] } };
  },

  async delete(aws, _id, state, { signal: abortSignal }) {
    const group = String(state["autoscalingGroupName"]);
    const find = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
    const { AutoScalingGroups = [] } = await aws.autoScaling.send(find, { abortSignal });
    // A group that is gone has nothing attached.
    if (AutoScalingGroups.length === 0) return;
    const request = { AutoScalingGroupName: group, TargetGroupARNs: [String(state["lbTargetGroupArn"])] };
    await orMissing(aws.autoScaling.send(new DetachLoadBalancerTargetGroupsCommand(request), { abortSignal }));
  },
});
