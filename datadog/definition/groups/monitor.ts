import { profiles, traces } from '../links'
import { metric } from '../queries'
import { graph, group, heading, row } from '../widgets'

const byPart = { by: ['part'] } as const
const byRecord = { by: ['record'] } as const

export const monitor = group('The monitor itself', 'gray', [
  heading(
    `What watching costs, and what could not be delivered yet: an Agent that is away is no loss, a backlog that stays is. ${traces('Spans of the main process', 'studio.process:main')} · ${profiles('Profiles')}`,
  ),
  row([
    graph(
      'Processor, share of one core',
      { queries: { cpu: metric('avg', 'studio.monitor.cpu', byPart) }, formulas: [['cpu', '']] },
      { as: 'line', palette: 'cool' },
    ),
    graph(
      'Memory',
      { queries: { memory: metric('avg', 'studio.monitor.memory', byPart) }, formulas: [['memory', '']] },
      { as: 'line', palette: 'purple' },
    ),
    graph(
      'Waiting for an Agent',
      {
        queries: { waiting: metric('sum', 'studio.delivery.waiting', byRecord) },
        formulas: [['waiting', '']],
      },
      { as: 'area', palette: 'dog_classic' },
    ),
    graph(
      'The oldest of them',
      { queries: { age: metric('max', 'studio.delivery.oldest_age', byRecord) }, formulas: [['age', '']] },
      { as: 'line', palette: 'warm' },
    ),
  ]),
])
