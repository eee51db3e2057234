import {
  type ComparisonOperator,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  type StandardUnit,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

const dimensions = z.record(z.string(), z.string()).optional();
const arns = z.array(z.string()).optional();
const querySchema = z.strictObject({
  id: z.string(),
  expression: z.string().optional(),
  label: z.string().optional(),
  period: z.number().int().optional(),
  returnData: z.boolean().optional(),
  metric: z
    .strictObject({
      dimensions,
      metricName: z.string(),
      namespace: z.string().optional(),
      period: z.number().int(),
      stat: z.string(),
      unit: z.string().optional(),
    })
    .optional(),
  accountId: refused("it has one account"),
});
const inputs = z.strictObject({
  ...regional,
  name: z.string().optional(),
  actionsEnabled: z.boolean().optional(),
  alarmActions: arns,
  alarmDescription: z.string().optional(),
  comparisonOperator: z.enum([
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
  ]),
  datapointsToAlarm: z.number().int().optional(),
  dimensions,
  evaluateLowSampleCountPercentiles: z.enum(["evaluate", "ignore"]).optional(),
  evaluationPeriods: z.number().int(),
  extendedStatistic: z.string().optional(),
  insufficientDataActions: arns,
  metricName: z.string().optional(),
  metricQueries: z.array(querySchema).optional(),
  namespace: z.string().optional(),
  okActions: arns,
  period: z.number().int().optional(),
  statistic: z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]).optional(),
  threshold: z.number().optional(),
  thresholdMetricId: z.string().optional(),
  treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).optional(),
  unit: z.string().optional(),
  evaluationCriteria: refused("its alarms evaluate no PromQL"),
  evaluationInterval: refused("its alarms evaluate no PromQL"),
  warmUpConfiguration: refused("its alarms evaluate no PromQL"),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof inputs>;

/** aws:cloudwatch/metricAlarm:MetricAlarm. Nothing measures in the sandbox: an alarm waits for data that others put. */
export const metricAlarm = awsKind({
  inputs,
  autoName: { property: "name", maxLength: 255 },
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  replaceOnChanges: ["name"],

  async create(aws, wanted, { signal }) {
    await put(aws, wanted, wanted.tags, signal);
    return wanted.name ?? "";
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const { MetricAlarms } = await aws.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [id] }), {
      abortSignal,
    });
    const found = MetricAlarms?.[0];
    if (found === undefined) return undefined;
    const command = new ListTagsForResourceCommand({ ResourceARN: found.AlarmArn });
    const { Tags } = await aws.cloudWatch.send(command, { abortSignal });
    return { properties: { ...toProperties(found), tags: tagMap(Tags) } };
  },

  async update(aws, _id, change, { signal }) {
    // One call says all of it again; tags are none of its business then.
    await put(aws, change.inputs, undefined, signal);
    const ResourceARN = String(change.old["arn"]);
    await syncTags(change.oldTags, change.inputs.tags, {
      add: (tags) =>
        aws.cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags: tagList(tags) }), { abortSignal: signal }),
      remove: (TagKeys) =>
        aws.cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys }), { abortSignal: signal }),
    });
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await aws.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [id] }), { abortSignal });
  },
});

async function put(aws: AwsRegion, wanted: Inputs, tags: Record<string, string> | undefined, abortSignal: AbortSignal) {
  await aws.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: wanted.name,
      ActionsEnabled: wanted.actionsEnabled,
      AlarmActions: wanted.alarmActions,
      AlarmDescription: wanted.alarmDescription,
      ComparisonOperator: wanted.comparisonOperator as ComparisonOperator,
      DatapointsToAlarm: wanted.datapointsToAlarm,
      Dimensions: toDimensions(wanted.dimensions),
      EvaluateLowSampleCountPercentile: wanted.evaluateLowSampleCountPercentiles,
      EvaluationPeriods: wanted.evaluationPeriods,
      ExtendedStatistic: wanted.extendedStatistic,
      InsufficientDataActions: wanted.insufficientDataActions,
      MetricName: wanted.metricName,
      Metrics: wanted.metricQueries?.map(toQuery),
      Namespace: wanted.namespace,
      OKActions: wanted.okActions,
      Period: wanted.period,
      Statistic: wanted.statistic,
      Threshold: wanted.threshold,
      ThresholdMetricId: wanted.thresholdMetricId,
      TreatMissingData: wanted.treatMissingData,
      Unit: wanted.unit as StandardUnit | undefined,
      Tags: tagList(tags),
    }),
    { abortSignal },
  );
}

function toDimensions(from: Record<string, string> | undefined) {
  return Object.entries(from ?? {}).map(([Name, Value]) => ({ Name, Value }));
}

function toQuery(query: z.infer<typeof querySchema>): MetricDataQuery {
  const { metric } = query;
  return {
    Id: query.id,
    Expression: query.expression,
    Label: query.label,
    Period: query.period,
    ReturnData: query.returnData,
    ...(metric && {
      MetricStat: {
        Metric: {
          MetricName: metric.metricName,
          Namespace: metric.namespace,
          Dimensions: toDimensions(metric.dimensions),
        },
        Period: metric.period,
        Stat: metric.stat,
        Unit: metric.unit as StandardUnit | undefined,
      },
    }),
  };
}

function fromDimensions(from: MetricAlarm["Dimensions"]): Record<string, string> | undefined {
  const pairs = (from ?? []).map(({ Name = "", Value = "" }) => [Name, Value] as const);
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

function fromQuery({ MetricStat: stat, ...query }: MetricDataQuery) {
  return {
    id: query.Id,
    expression: query.Expression,
    label: query.Label,
    period: query.Period,
    returnData: query.ReturnData,
    ...(stat && {
      metric: {
        dimensions: fromDimensions(stat.Metric?.Dimensions),
        metricName: stat.Metric?.MetricName,
        namespace: stat.Metric?.Namespace,
        period: stat.Period,
        stat: stat.Stat,
        unit: stat.Unit,
      },
    }),
  };
}

function toProperties(found: MetricAlarm) {
  const list = (all: string[] | undefined) => (all !== undefined && all.length > 0 ? all : undefined);
  const queries = found.Metrics ?? [];
  return {
    arn: found.AlarmArn,
    name: found.AlarmName,
    actionsEnabled: found.ActionsEnabled ?? true,
    alarmActions: list(found.AlarmActions),
    alarmDescription: found.AlarmDescription,
    comparisonOperator: found.ComparisonOperator,
    datapointsToAlarm: found.DatapointsToAlarm,
    dimensions: fromDimensions(found.Dimensions),
    evaluateLowSampleCountPercentiles: found.EvaluateLowSampleCountPercentile,
    evaluationPeriods: found.EvaluationPeriods,
    extendedStatistic: found.ExtendedStatistic,
    insufficientDataActions: list(found.InsufficientDataActions),
    metricName: found.MetricName,
    metricQueries: queries.length > 0 ? queries.map(fromQuery) : undefined,
    namespace: found.Namespace,
    okActions: list(found.OKActions),
    period: found.Period,
    statistic: found.Statistic,
    threshold: found.Threshold,
    thresholdMetricId: found.ThresholdMetricId,
    treatMissingData: found.TreatMissingData ?? "missing",
    unit: found.Unit,
  };
}
