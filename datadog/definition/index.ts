import { METRICS, type MetricDefinition } from '../../src/main/datadog/metrics/registry'

export { percentiles, retentionFilter } from './account'
export { dashboard } from './dashboard'
export { monitors } from './monitors'

/** Datadog's metadata of each metric: `PUT /api/v1/metrics/<metric>`, without the name. */
export const metadata = Object.entries(METRICS).map(
  ([metric, { unit, perUnit, meaning }]: readonly [string, MetricDefinition]) => ({
    metric,
    description: meaning,
    ...(unit === null ? {} : { unit }),
    ...(perUnit === null ? {} : { per_unit: perUnit }),
  }),
)
