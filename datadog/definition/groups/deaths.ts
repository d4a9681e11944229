import { profiles, profilesLink, traces, tracesLink } from '../links'
import { metric } from '../queries'
import { graph, group, note, ranking, spanList, spanRanking } from '../widgets'

const INCIDENTS = 'operation_name:studio.backend.incident'
const links = [
  tracesLink('Incidents', INCIDENTS),
  profilesLink('Heap profiles near a death', 'snapshot:on_oom'),
]

export const deaths = group('Deaths', 'vivid_pink', [
  [
    {
      definition: note(
        `${traces('Incidents with their evidence', INCIDENTS)} · ${traces('Jobs that died', 'operation_name:studio.job status:error')} · ${profiles('Heap profiles near a death', 'snapshot:on_oom')}`,
      ),
      width: 12,
      height: 1,
    },
  ],
  [
    {
      definition: graph(
        'Deaths, by cause',
        {
          queries: { deaths: metric('sum', 'studio.backend.deaths', { by: ['cause'] }) },
          formulas: [['deaths', '']],
        },
        { as: 'bars', palette: 'dog_classic', links },
      ),
      width: 5,
      height: 3,
    },
    {
      definition: graph(
        'Restarts, by what led to them',
        {
          queries: { restarts: metric('sum', 'studio.backend.restarts', { by: ['cause'] }) },
          formulas: [['restarts', '']],
        },
        { as: 'bars', palette: 'cool', links },
      ),
      width: 4,
      height: 3,
    },
    {
      definition: graph(
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
      width: 3,
      height: 3,
    },
  ],
  [
    {
      definition: ranking(
        'For want of memory, by version',
        {
          queries: {
            deaths: metric('sum', 'studio.backend.deaths', { by: ['version'], where: { oom: 'true' } }),
          },
          formulas: [['deaths', 'deaths']],
        },
        { reduce: 'sum', links },
      ),
      width: 3,
      height: 3,
    },
    {
      definition: spanRanking('Who filled the memory', {
        search: `${INCIDENTS} @studio.incident.oom:true`,
        facet: '@studio.incident.culprit.function',
        alias: 'deaths',
        links,
      }),
      width: 4,
      height: 3,
    },
    {
      definition: spanList('Latest incidents', INCIDENTS, [
        '@studio.incident.cause',
        '@studio.incident.culprit.function',
        '@studio.incident.jobs_lost',
      ]),
      width: 5,
      height: 3,
    },
  ],
])
