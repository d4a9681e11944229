import type {
  MetricTagConfigurationCreateRequest,
  RetentionFilterCreateRequest,
} from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2'
import { METRICS, type MetricDefinition } from '../../src/main/datadog/metrics/registry'

/** Datadog computes no percentiles of a distribution unless they are asked for: `POST /api/v2/metrics/<metric>/tags`. */
export const percentiles: readonly MetricTagConfigurationCreateRequest[] = Object.entries(METRICS)
  .filter(([, { type }]: readonly [string, MetricDefinition]) => type === 'distribution')
  .map(([id]) => ({
    data: {
      type: 'manage_tags',
      id,
      attributes: {
        metricType: 'distribution',
        includePercentiles: true,
        // It leaves all tags as they are: no tag is excluded.
        excludeTagsMode: true,
        tags: [],
      },
    },
  }))

/** The name by which `import.mjs` finds its filter again. */
export const RETENTION_FILTER = 'Hanzo Studio: jobs and incidents'

/**
 * Datadog keeps a selection of spans for 15 days, the rest is searchable for 15 minutes: `POST
 * /api/v2/apm/config/retention-filters`. Jobs, their waits and nodes, and incidents are few.
 */
export const retentionFilter: RetentionFilterCreateRequest = {
  data: {
    type: 'apm_retention_filter',
    attributes: {
      name: RETENTION_FILTER,
      enabled: true,
      filter: { query: 'operation_name:studio.*' },
      filterType: 'spans-sampling-processor',
      rate: 1,
    },
  },
}
