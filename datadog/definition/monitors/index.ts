import type { Monitor } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1'
import { anyStudio } from '../queries'
import { monitor } from './monitor'

const each = ['env', 'host'] as const
const fleet = ['env', 'version'] as const

const deaths = anyStudio('sum', 'studio.backend.deaths', { by: each })
const outOfMemory = anyStudio('sum', 'studio.backend.deaths', { by: fleet, where: { oom: 'true' } })
const started = anyStudio('sum', 'studio.jobs.started', { by: fleet })
const growth = anyStudio('max', 'studio.backend.memory.growth', { by: each })
const failed = anyStudio('sum', 'studio.jobs.failed', { by: fleet })
const completed = anyStudio('sum', 'studio.jobs.completed', { by: fleet })
const up = anyStudio('max', 'studio.backend.up', { by: each })

/** The monitors by file name. */
export const monitors: Readonly<Record<string, Monitor>> = {
  'crash-loop': monitor({
    id: 'crash-loop',
    name: 'crash loop',
    query: `sum(last_10m):${deaths} >= 3`,
    thresholds: { critical: 3, warning: 2 },
    priority: 2,
    isSparse: true,
    message: [
      '{{#is_alert}}Studio on {{host.name}} ({{env.name}}) died {{value}} times within ten minutes. At the fifth death it is not started again.{{/is_alert}}{{#is_warning}}Studio on {{host.name}} ({{env.name}}) died {{value}} times within ten minutes.{{/is_warning}}{{#is_recovery}}Studio on {{host.name}} has stopped dying.{{/is_recovery}}',
      'Look at the cause first: [incidents of this machine](/apm/traces?query=operation_name:studio.backend.incident%20host:{{host.name}}). Out of memory: [the heap near the death](/profiling/explorer?query=host:{{host.name}}%20snapshot:on_oom) names the function. `launch-failed`: the backend never came up; its last lines are in `logs/backend.jsonl`.',
      'Once it has given up, only restarting Studio makes it try again.',
    ],
  }),
  'out-of-memory-rate': monitor({
    id: 'out-of-memory-rate',
    name: 'out-of-memory rate',
    query: `sum(last_4h):default_zero(${outOfMemory}) / ${started} * 100 > 5`,
    thresholds: { critical: 5, warning: 2 },
    priority: 3,
    isSparse: true,
    message: [
      '{{#is_alert}}Of a hundred jobs that Studio {{version.name}} ({{env.name}}) started within four hours, {{value}} took the backend down for want of memory.{{/is_alert}}{{#is_recovery}}Studio {{version.name}} ({{env.name}}) is within its memory again.{{/is_recovery}}',
      'One version more than others: a leak that came with it; [compare the heap profiles near the deaths](/profiling/explorer?query=version:{{version.name}}%20snapshot:on_oom) with those of the version before. All versions alike: jobs have grown; raise `STUDIO_HEAP_LIMIT` or `STUDIO_MEMORY_LIMIT`, or limit what a workflow may ask for.',
    ],
  }),
  'memory-growth': monitor({
    id: 'memory-growth',
    name: 'memory growth',
    query: `min(last_15m):${growth} > 0`,
    thresholds: { critical: 0 },
    priority: 3,
    isForWholeWindow: true,
    message: [
      "{{#is_alert}}The memory of Studio's backend on {{host.name}} ({{env.name}}) has been growing steadily, now by {{value}} bytes a second, and reaches its limit within a week at most.{{/is_alert}}{{#is_recovery}}The memory of Studio's backend on {{host.name}} has stopped growing, or the backend is a new one.{{/is_recovery}}",
      'Only a rise that holds for minutes counts, not a large job, a cache that fills or a saw. Compare [heap profiles](/profiling/explorer?query=host:{{host.name}}%20studio.process:backend) of an hour ago and now: what has grown holds the leak. Restarting Studio between two jobs buys time.',
    ],
  }),
  'jobs-failing': monitor({
    id: 'jobs-failing',
    name: 'jobs failing',
    query: `sum(last_1h):default_zero(${failed}) / (default_zero(${failed}) + default_zero(${completed})) * 100 > 20`,
    thresholds: { critical: 20, warning: 10 },
    priority: 2,
    isSparse: true,
    message: [
      '{{#is_alert}}{{value}} % of the jobs that ended within the hour on Studio {{version.name}} ({{env.name}}) failed.{{/is_alert}}{{#is_recovery}}Jobs on Studio {{version.name}} ({{env.name}}) end well again.{{/is_recovery}}',
      '[The failed jobs](/apm/traces?query=operation_name:studio.job%20status:error%20version:{{version.name}}) with their errors. `job-error`: the job itself threw, look at its error. Any other cause: its backend died, look at the incident that the span names.',
    ],
  }),
  'studio-silent': monitor({
    id: 'studio-silent',
    name: 'Studio silent',
    query: `max(last_10m):${up} < 1`,
    thresholds: { critical: 1 },
    priority: 2,
    isForWholeWindow: true,
    message: [
      "{{#is_no_data}}Nothing has been heard of Studio on {{host.name}} ({{env.name}}) for ten minutes: it was quit, the machine sleeps or is away, its Agent does not run, or the app itself died.{{/is_no_data}}{{#is_alert}}Studio on {{host.name}} ({{env.name}}) lives, and its backend has not run for ten minutes.{{/is_alert}}{{#is_recovery}}Studio's backend on {{host.name}} runs again.{{/is_recovery}}",
      'Silent: see whether the machine and its Agent still report, then start Studio; jobs that it lost are reported at its next start, with the cause `app-killed`. Down: see [its incidents](/apm/traces?query=operation_name:studio.backend.incident%20host:{{host.name}}).',
      'Made for machines that are meant to run all the time. Where people close their laptops, scope it to the others, or mute it at night.',
    ],
    more: { onMissingData: 'show_and_notify_no_data', groupRetentionDuration: '1d' },
  }),
}
