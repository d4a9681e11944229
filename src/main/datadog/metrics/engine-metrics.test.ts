import { expect, it } from 'vitest'
import { EngineMetrics } from './engine-metrics'
import { recordMetrics } from './testing/recorded'

function follow() {
  const { metrics, taken } = recordMetrics()
  return { engine: new EngineMetrics(metrics), taken }
}

const GPU = { allocatedBytes: 1, reservedBytes: 2, peakBytes: 3 }
const pack = (name: string, ms: number, bytes: number | null) => ({ pack: name, ms, bytes, ok: true })

it('sends what importing each pack cost at once, those without a name of their own together', () => {
  const { engine, taken } = follow()
  const packs = Array.from({ length: 16 }, (_, at) => pack(`pack-${at}`, 16_000 - at * 1_000, 10))
  engine.message({ type: 'engine-packs', packs })
  const sent = taken()
  expect(sent).toHaveLength(30)
  expect(sent.slice(0, 2)).toEqual([
    'gauge studio.engine.packs.import_time 16 pack:pack-0',
    'gauge studio.engine.packs.import_memory 10 pack:pack-0',
  ])
  expect(sent.slice(-2)).toEqual([
    'gauge studio.engine.packs.import_time 3 pack:other',
    'gauge studio.engine.packs.import_memory 20 pack:other',
  ])
})

it('leaves out the memory of an import where none is known', () => {
  const { engine, taken } = follow()
  engine.message({ type: 'engine-packs', packs: [pack('a', 500, null)] })
  expect(taken()).toEqual(['gauge studio.engine.packs.import_time 0.5 pack:a'])
})

it('sends the largest that jobs and nodes took, once', () => {
  const { engine, taken } = follow()
  const usage = (peakBytes: number, growthBytes: number | null) => ({
    type: 'engine-usage' as const,
    jobs: { peakBytes, growthBytes },
    nodes: [
      { pack: 'x', peakBytes, growthBytes },
      { pack: null, peakBytes: 5, growthBytes: -1 },
    ],
    gpu: GPU,
  })
  engine.message(usage(10, 7))
  engine.message(usage(20, null))
  engine.send()
  expect(taken()).toEqual([
    'gauge studio.engine.jobs.memory_peak 20',
    'gauge studio.engine.jobs.memory_growth 7',
    'gauge studio.engine.nodes.memory_peak 20 pack:x',
    'gauge studio.engine.nodes.memory_growth 7 pack:x',
    'gauge studio.engine.nodes.memory_peak 5 pack:core',
    'gauge studio.engine.nodes.memory_growth -1 pack:core',
    'gauge studio.engine.gpu.allocated 1',
    'gauge studio.engine.gpu.reserved 2',
    'gauge studio.engine.gpu.peak 3',
  ])
  engine.send()
  expect(taken()).toEqual([])
})

it('sends nothing of a GPU that torch has not initialised', () => {
  const { engine, taken } = follow()
  engine.message({ type: 'engine-usage', jobs: null, nodes: [], gpu: null })
  engine.send()
  expect(taken()).toEqual([])
})
