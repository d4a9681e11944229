import { profiles, profilesLink, traces, tracesLink } from '../links'
import { metric } from '../queries'
import { graph, group, heading, ranking, row } from '../widgets'

const NODES = 'operation_name:studio.node'
const links = [tracesLink('Jobs of that time', 'operation_name:studio.job'), profilesLink('Profiles')]
const byPack = { by: ['pack'] } as const

export const engine = group("Studio's Python engine", 'vivid_yellow', [
  heading(
    `Which pack of custom nodes costs what: as its probe says it, without one nothing is shown. ${traces('Traces of nodes', NODES)} · ${profiles('Profiles of the engine')}`,
  ),
  row([
    ranking(
      'Slowest packs to import',
      {
        queries: { seconds: metric('max', 'studio.engine.packs.import_time', byPack) },
        formulas: [['seconds', 'seconds']],
      },
      { reduce: 'max', links: [profilesLink('Profiles')] },
    ),
    ranking(
      'What their import takes',
      {
        queries: { memory: metric('max', 'studio.engine.packs.import_memory', byPack) },
        formulas: [['memory', 'memory']],
      },
      { reduce: 'max', links: [profilesLink('Profiles')] },
    ),
    ranking(
      'What one node of a pack added, the most',
      {
        queries: { growth: metric('max', 'studio.engine.nodes.memory_growth', byPack) },
        formulas: [['growth', 'growth']],
      },
      { reduce: 'max', links },
    ),
  ]),
  row([
    graph(
      'Jobs: largest peak, and the most that one added',
      {
        queries: {
          peak: metric('max', 'studio.engine.jobs.memory_peak'),
          growth: metric('max', 'studio.engine.jobs.memory_growth'),
        },
        formulas: [
          ['peak', 'peak'],
          ['growth', 'added'],
        ],
      },
      { as: 'line', palette: 'purple', links },
    ),
    graph(
      'Largest peak while a node ran, by pack',
      {
        queries: { peak: metric('max', 'studio.engine.nodes.memory_peak', byPack) },
        formulas: [['peak', '']],
      },
      { as: 'line', palette: 'dog_classic', most: 5, links },
    ),
    graph(
      'GPU memory, of the machine that has most',
      {
        queries: {
          allocated: metric('max', 'studio.engine.gpu.allocated'),
          reserved: metric('max', 'studio.engine.gpu.reserved'),
          peak: metric('max', 'studio.engine.gpu.peak'),
        },
        formulas: [
          ['allocated', 'allocated'],
          ['reserved', 'reserved'],
          ['peak', 'peak'],
        ],
      },
      { as: 'line', palette: 'cool', links },
    ),
  ]),
])
