import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Incident } from '../src/main/incidents/incident'
import { hotFunctions } from '../src/main/profiles/culprits'
import { readPprofFile } from '../src/main/profiles/read-pprof-file'
import type { ProfileSet } from '../src/profile-set'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'
import { isAlive } from './support/process'

/** A heap profile from here on tells of the death: a share of the limit. */
const NEAR = 0.85

interface Leak {
  readonly program: string
  readonly what: string
  readonly culprit: string
  readonly heapLimitMiB: number
}

/** Each has one function to blame, and is dead of want of heap within seconds. */
const LEAKS: readonly Leak[] = [
  {
    program: 'array',
    what: 'an array, in a loop that never yields',
    culprit: 'collectRow',
    heapLimitMiB: 96,
  },
  { program: 'map-cache', what: 'a Map without a bound', culprit: 'remember', heapLimitMiB: 96 },
  { program: 'closures', what: 'closures', culprit: 'makeCallback', heapLimitMiB: 128 },
  { program: 'listeners', what: 'event listeners', culprit: 'subscribe', heapLimitMiB: 96 },
  { program: 'promises', what: 'promises that never settle', culprit: 'ask', heapLimitMiB: 96 },
  { program: 'strings', what: 'strings', culprit: 'logLine', heapLimitMiB: 128 },
  { program: 'frames', what: 'large arrays of numbers', culprit: 'decodeFrame', heapLimitMiB: 128 },
  { program: 'timer', what: 'a timer', culprit: 'recordReadings', heapLimitMiB: 96 },
  { program: 'json', what: 'JSON.parse of a big object', culprit: 'loadCatalog', heapLimitMiB: 96 },
  { program: 'recursion', what: 'recursion until the stack is full', culprit: 'visit', heapLimitMiB: 96 },
  { program: 'tree', what: 'recursion that goes wide', culprit: 'buildTree', heapLimitMiB: 96 },
  { program: 'slow', what: 'a little with each step', culprit: 'addStep', heapLimitMiB: 96 },
]

const entry = (program: string) => `leaks/${program}.cjs`
const fileOf = (program: string) => path.join(__dirname, 'backends', entry(program))

/** The set of profiles that an incident names one of, as its writer left it. */
function setOf(studio: Studio, profile: string): ProfileSet {
  const folder = path.join(studio.dataFolder, 'profiles')
  const id = profile.replace(/-(?:space|wall)\.pprof$/, '')
  const [name = ''] = readdirSync(folder).filter((one) => one.startsWith(`${id}.`) && one.endsWith('.json'))
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
}

function profileOf(studio: Studio, name: string | null) {
  return readPprofFile(path.join(studio.dataFolder, 'profiles', name ?? 'none'))
}

function summary({ cause, evidence, topAllocators }: Incident): string {
  return JSON.stringify({ cause, evidence, topAllocators: topAllocators.slice(0, 3) })
}

for (const { program, what, culprit, heapLimitMiB } of LEAKS) {
  test(`${what}: ${culprit} is to blame`, async ({ launch }) => {
    const env = { STUDIO_HEAP_LIMIT: `${heapLimitMiB}MiB`, STUDIO_RESTART: 'never' }
    const studio = launch({ backend: entry(program), env })
    const incident = await studio.incident()
    expect(incident).toMatchObject({ cause: 'heap-out-of-memory', oom: true, confidence: 'proven' })

    const [first] = incident.topAllocators
    expect(first, summary(incident)).toMatchObject({ function: culprit, file: fileOf(program) })
    expect(first?.share).toBeGreaterThan(0.5)
    expect(first?.bytes).toBeGreaterThan(0.4 * heapLimitMiB * 2 ** 20)
    expect(incident.evidence.join('\n')).toContain(`${culprit} (${fileOf(program)}:`)

    const { heap } = setOf(studio, incident.profiles.heap ?? '')
    expect((heap?.usedBytes ?? 0) / (heap?.limitBytes ?? 1)).toBeGreaterThanOrEqual(NEAR)
    expect(heap?.limitBytes).toBe(heapLimitMiB * 2 ** 20)
    expect(profileOf(studio, incident.profiles.heap).sampleTypes).toContainEqual(
      expect.objectContaining({ type: 'inuse_space', unit: 'bytes' }),
    )
    const hot = hotFunctions(profileOf(studio, incident.profiles.cpu))
    expect(hot.map(({ file }) => file)).toContain(fileOf(program))
  })
}

test('Buffers: the memory is outside V8’s heap, and the incident says so', async ({ launch }) => {
  const studio = launch({
    backend: entry('buffers'),
    env: { STUDIO_MEMORY_LIMIT: '400MiB', STUDIO_RESTART: 'never' },
  })
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'memory-limit', oom: true, confidence: 'proven' })
  expect(incident.evidence.join('\n')).toMatch(
    /outside V8's heap \(Buffers and the like \d.*: a heap profile does not show it/,
  )
  const { memory } = incident
  expect(memory.limitBytes).toBe(400 * 2 ** 20)
  expect(memory.treeRssBytes).toBeGreaterThanOrEqual(0.9 * 400 * 2 ** 20)
  expect(memory.heapUsedBytes).toBeLessThan(100 * 2 ** 20)
  const external = memory.samples.findLast(({ externalBytes }) => externalBytes !== null)?.externalBytes
  expect(external).toBeGreaterThan(100 * 2 ** 20)
})

test('a child process: it is named, and ended with the rest', async ({ launch }) => {
  const studio = launch({
    backend: entry('child'),
    env: { STUDIO_MEMORY_LIMIT: '400MiB', STUDIO_RESTART: 'never' },
  })
  const [, child] = await studio.said(/the child is process (\d+)/)
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'memory-limit', oom: true, confidence: 'proven' })
  expect(incident.evidence.join('\n')).toMatch(/child processes \d[^,]*, most of it tail/)
  expect(incident.memory.treeRssBytes).toBeGreaterThanOrEqual(0.9 * 400 * 2 ** 20)
  expect(isAlive(Number(child))).toBe(false)
})
