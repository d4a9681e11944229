import { profiles, profilesLink, traces, tracesLink } from '../links'
import { metric } from '../queries'
import { graph, group, heading, ranking, row, spanList, spanRanking } from '../widgets'

const INCIDENTS = 'operation_name:studio.backend.incident'
const links = [
  tracesLink('Incidents', INCIDENTS),
  profilesLink('Heap profiles near a death', 'snapshot:on_oom'),
]

export const deaths = group('Deaths', 'vivid_pink', [
  heading(
    `${traces('Incidents with their evidence', INCIDENTS)} · ${traces('Jobs that died', 'operation_name:studio.job status:error')} · ${profiles('Heap profiles near a death', 'snapshot:on_oom')}`,
  ),
  row(
    [
      graph(
        'Deaths, by cause',
        {
          queries: { deaths: metric('sum', 'studio.backend.deaths', { by: ['cause'] }) },
          formulas: [['deaths', '']],
        },
        { as: 'bars', palette: 'dog_classic', links },
      ),
      graph(
        'Restarts, by what led to them',
        {
          queries: { restarts: metric('sum', 'studio.backend.restarts', { by: ['cause'] }) },
          formulas: [['restarts', '']],
        },
        { as: 'bars', palette: 'cool', links },
      ),
      graph(
        'Stopped responding',
        {
          queries: { silences: metric('sum', 'studio.backend.silences') },
          formulas: [['silences', 'times']],
        },
        {
          as: 'bars',
          palette: 'orange',
          links: [profilesLink('CPU profiles')],
        },
      ),
    ],
    [5, 4, 3],
  ),
  row(
    [
      ranking(
        'For want of memory, by version',
        {
          queries: {
            deaths: metric('sum', 'studio.backend.deaths', { by: ['version'], where: { oom: 'true' } }),
          },
          formulas: [['deaths', 'deaths']],
        },
        { reduce: 'sum', links },
      ),
      spanRanking('Who filled the memory', {
        search: `${INCIDENTS} @studio.incident.oom:true`,
        facet: '@studio.incident.culprit.function',
        alias: 'deaths',
        links,
      }),
      spanList('Latest incidents', INCIDENTS, [
        '@studio.incident.cause',
        '@studio.incident.culprit.function',
        '@studio.incident.jobs_lost',
      ]),
    ],
    [3, 4, 5],
  ),
])
