import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readPprofFile } from '../src/main/profiling/read-pprof-file'
import type { Incident } from '../src/main/records/incidents/incident'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'

const programs = path.join(__dirname, 'backends/leaks')
/** The function that leaks, by program. */
const culprits: Record<string, string> = JSON.parse(
  readFileSync(path.join(programs, 'culprits.json'), 'utf8'),
)

/** Share of the heap's limit from which a profile belongs to the death. */
const NEAR = 0.85

/** `src/main/profiling/leaks.test.ts` has all kinds, in V8's own profiles. */
const SHORT_FORM = ['array', 'map-cache', 'strings', 'recursion', 'slow']

for (const [program, culprit] of Object.entries(culprits)) {
  test(`a leak by ${program} is laid at the door of ${culprit}`, {
    tag: SHORT_FORM.includes(program) ? [] : '@long',
  }, async ({ launch }) => {
    const studio = launch({
      backend: `leaks/${program}.cjs`,
      env: { STUDIO_HEAP_LIMIT: '96MiB', STUDIO_RESTART: 'never' },
    })
    const incident = await studio.incident()
    expect(incident).toMatchObject({ cause: 'heap-out-of-memory', oom: true, confidence: 'proven' })
    expect(incident.topAllocators[0]).toMatchObject({
      function: culprit,
      file: path.join(programs, `${program}.cjs`),
    })

    expect(incident.topAllocators[0]?.share).toBeGreaterThan(0.5)
    expect(shareAtProfile(studio, incident)).toBeGreaterThanOrEqual(NEAR)
  })
}

test('a leak whose last step is a great one is laid at the door of who makes it', async ({ launch }) => {
  const studio = launch({
    backend: 'leaks/doubling.cjs',
    env: { STUDIO_HEAP_LIMIT: '96MiB', STUDIO_RESTART: 'never' },
  })
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'heap-out-of-memory', oom: true, confidence: 'proven' })
  expect(incident.topAllocators[0]?.function).toBe('addPoints')
  // Memory that V8 has no room for is not in use: the last profile is from before the step.
  expect(shareAtProfile(studio, incident)).toBeGreaterThanOrEqual(0.6)
})

test('a leak of Buffers is told to be outside the heap', async ({ launch }) => {
  const studio = launch({
    backend: 'leaks/buffers.cjs',
    env: { STUDIO_MEMORY_LIMIT: '400MiB', STUDIO_RESTART: 'never' },
  })
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'memory-limit', oom: true, confidence: 'proven' })
  expect(incident.evidence.join()).toMatch(/outside V8's heap \(Buffers/)
})

test('a leak in a child process is told to be there', async ({ launch }) => {
  const studio = launch({
    backend: 'leaks/child.cjs',
    env: { STUDIO_MEMORY_LIMIT: '400MiB', STUDIO_RESTART: 'never' },
  })
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'memory-limit', oom: true, confidence: 'proven' })
  expect(incident.evidence.join()).toMatch(/child processes held [\d.]+ MiB of [\d.]+ MiB/)
  // It had loaded far below its limit: it leaks, and the limit is not to blame.
  expect(incident.evidence.join()).not.toContain('at its start')
})

/** The heap's size when the incident's profile was taken, as a share of its limit. */
function shareAtProfile(studio: Studio, { profiles }: Incident): number {
  const profile = path.join(studio.dataFolder, 'profiles', profiles.heap ?? 'there is none')
  expect(readPprofFile(profile).stacks.length).toBeGreaterThan(0)
  const set = profile.replace('-space.pprof', '.on_oom.json')
  const { heap } = JSON.parse(readFileSync(set, 'utf8'))
  return heap.usedBytes / heap.limitBytes
}
