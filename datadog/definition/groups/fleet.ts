import { profiles, profilesLink, traces, tracesLink } from '../links'
import { metric } from '../queries'
import { figure, graph, group, heading, ranking, row } from '../widgets'

const UP = metric('max', 'studio.backend.up', { by: ['host'] })
const FAILED = metric('sum', 'studio.jobs.failed')
const COMPLETED = metric('sum', 'studio.jobs.completed')
const SPANS = 'operation_name:(studio.job OR studio.backend.incident)'

const figures = [
  figure(
    'Studios running',
    { queries: { up: UP }, formulas: [['count_nonzero(up)', '']] },
    { reduce: 'last' },
  ),
  figure(
    'Studios down',
    { queries: { up: UP }, formulas: [['count_not_null(up) - count_nonzero(up)', '']] },
    { reduce: 'last', alarm: ['>', 0, 'white_on_yellow'] },
  ),
  figure(
    'Given up',
    { queries: { gave_up: metric('sum', 'studio.backend.gave_up') }, formulas: [['gave_up', '']] },
    { reduce: 'last', alarm: ['>', 0, 'white_on_red'] },
  ),
  figure(
    'Deaths',
    { queries: { deaths: metric('sum', 'studio.backend.deaths') }, formulas: [['deaths', '']] },
    { reduce: 'sum', links: [tracesLink('Incidents', 'operation_name:studio.backend.incident')] },
  ),
  figure(
    'Jobs failed',
    { queries: { failed: FAILED }, formulas: [['failed', '']] },
    { reduce: 'sum', links: [tracesLink('Failed jobs', 'operation_name:studio.job status:error')] },
  ),
  figure(
    'Jobs that ended well',
    {
      queries: { completed: COMPLETED, failed: FAILED },
      formulas: [['completed / (completed + default_zero(failed)) * 100', '']],
    },
    { reduce: 'sum', precision: 1, unit: 'percent', alarm: ['<', 90, 'white_on_yellow'] },
  ),
].map((definition) => ({ definition, width: 2, height: 2 }))

export const fleet = group('Fleet', 'vivid_green', [
  heading(`${traces('Traces of jobs and incidents', SPANS)} · ${profiles('Profiles of all backends')}`),
  figures,
  row(
    [
      graph(
        'Studios, by state',
        {
          queries: { up: UP, gave_up: metric('sum', 'studio.backend.gave_up') },
          formulas: [
            ['count_nonzero(up)', 'running'],
            ['count_not_null(up) - count_nonzero(up) - gave_up', 'down'],
            ['gave_up', 'given up'],
          ],
        },
        { as: 'area', palette: 'semantic', links: [profilesLink('Profiles')] },
      ),
      ranking(
        'Deaths, by machine',
        {
          queries: { deaths: metric('sum', 'studio.backend.deaths', { by: ['host'] }) },
          formulas: [['deaths', 'deaths']],
        },
        { reduce: 'sum', links: [tracesLink('Incidents', 'operation_name:studio.backend.incident')] },
      ),
      ranking(
        'Uptime, shortest first',
        {
          queries: { uptime: metric('max', 'studio.backend.uptime', { by: ['host'] }) },
          formulas: [['uptime', 'uptime']],
        },
        { reduce: 'last', order: 'asc' },
      ),
    ],
    [6, 3, 3],
  ),
])
