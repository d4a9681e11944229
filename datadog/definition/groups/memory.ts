import { profiles, profilesLink, traces, tracesLink } from '../links'
import { metric } from '../queries'
import { graph, group, heading, ranking, row } from '../widgets'

const RSS = metric('max', 'studio.backend.memory.rss', { by: ['host'] })
const LIMIT = metric('max', 'studio.backend.memory.limit', { by: ['host'] })
const HEAP = metric('max', 'studio.backend.heap.used', { by: ['host'] })
const HEAP_LIMIT = metric('max', 'studio.backend.heap.limit', { by: ['host'] })

const links = [profilesLink('Heap profiles'), tracesLink('Jobs of that time', 'operation_name:studio.job')]
/** The shares of the limit at which a backend is warned, and stopped. */
const markers = [
  { value: 'y = 85', displayType: 'warning dashed', label: 'memory pressure' },
  { value: 'y = 100', displayType: 'error dashed', label: 'limit' },
]

export const memory = group('Memory against its limits', 'vivid_purple', [
  heading(
    `${profiles('Heap profiles')} · ${traces('Jobs, the longest first', 'operation_name:studio.job @duration:>10s')}`,
  ),
  row([
    graph(
      'Memory, in percent of its limit: the highest',
      { queries: { rss: RSS, limit: LIMIT }, formulas: [['rss / limit * 100', 'of limit']] },
      { as: 'line', palette: 'purple', markers, most: 5, links },
    ),
    graph(
      'V8 heap, in percent of its limit: the highest',
      { queries: { used: HEAP, limit: HEAP_LIMIT }, formulas: [['used / limit * 100', 'of limit']] },
      { as: 'line', palette: 'cool', markers: markers.slice(1), most: 5, links },
    ),
    ranking(
      'Nearest to the limit',
      { queries: { rss: RSS, limit: LIMIT }, formulas: [['rss / limit * 100', '% of limit']] },
      { reduce: 'max', links },
    ),
  ]),
  row([
    graph(
      'Resident memory of backend and children',
      {
        queries: {
          mean: metric('avg', 'studio.backend.memory.rss'),
          most: metric('max', 'studio.backend.memory.rss'),
          limit: metric('max', 'studio.backend.memory.limit'),
        },
        formulas: [
          ['mean', 'mean'],
          ['most', 'most'],
          ['limit', 'highest limit'],
        ],
      },
      { as: 'line', palette: 'dog_classic', links },
    ),
    graph(
      'Steady growth: the fastest',
      {
        queries: { growth: metric('max', 'studio.backend.memory.growth', { by: ['host'] }) },
        formulas: [['growth', 'growth']],
      },
      { as: 'area', palette: 'warm', most: 5, links },
    ),
    graph(
      'Event loops held up, the longest',
      {
        queries: { delay: metric('max', 'studio.event_loop.delay', { by: ['process'] }) },
        formulas: [['delay', 'delay']],
      },
      { as: 'line', palette: 'orange', links: [profilesLink('CPU profiles')] },
    ),
  ]),
])
