import {
  METRICS,
  type MetricDefinition,
  type MetricName,
  type TagsOf,
} from '../../src/main/datadog/metrics/registry'

/** Tags that the Agent and the tracer put on every metric. */
export type CommonTag = 'env' | 'service' | 'version' | 'host'

type Grouping<Name extends MetricName> = CommonTag | (keyof TagsOf<Name> & string)

export interface MetricQueryOptions<Name extends MetricName> {
  readonly by?: readonly Grouping<Name>[]
  readonly where?: Partial<TagsOf<Name>>
}

/** The dashboard's variables as filters. */
const CHOSEN = '$env,$service,$version'

type Aggregator = 'avg' | 'max' | 'min' | 'sum'

/** A query of a dashboard: a name, tag or value that is not in the registry does not compile. */
export function metric<Name extends MetricName>(
  aggregator: Aggregator,
  name: Name,
  options: MetricQueryOptions<Name> = {},
): string {
  return build(aggregator, name, [CHOSEN, ...filters(options.where)].join(','), options.by)
}

/** A query of a monitor, over all Studios. */
export function anyStudio<Name extends MetricName>(
  aggregator: Aggregator,
  name: Name,
  options: MetricQueryOptions<Name> = {},
): string {
  return build(aggregator, name, filters(options.where).join(',') || '*', options.by)
}

function build(
  aggregator: Aggregator,
  name: MetricName,
  scope: string,
  by: readonly string[] | undefined,
): string {
  const { type }: MetricDefinition = METRICS[name]
  const groups = by && by.length > 0 ? ` by {${by.join(',')}}` : ''
  return `${aggregator}:${name}{${scope}}${groups}${type === 'count' ? '.as_count()' : ''}`
}

function filters(where: object = {}): string[] {
  return Object.entries(where).map(([tag, value]) => `${tag}:${value}`)
}
