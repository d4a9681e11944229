import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readPprofFile } from '../src/main/profiles/read-pprof-file'
import { expect, test } from './support/app/test'

const programs = path.join(__dirname, 'backends/leaks')
/** Program to the function that leaks. */
const culprits: Record<string, string> = JSON.parse(
  readFileSync(path.join(programs, 'culprits.json'), 'utf8'),
)

/** These die too fast, or in one loop that never returns: the culprit is not always known yet. */
const TOO_FAST = ['array', 'frames', 'slow']

for (const [program, culprit] of Object.entries(culprits)) {
  if (TOO_FAST.includes(program)) continue
  test(`a leak by ${program} is laid at the door of ${culprit}`, async ({ launch }) => {
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

    expect(incident.profiles.heap).not.toBeNull()
    const profile = path.join(studio.dataFolder, 'profiles', incident.profiles.heap ?? '')
    expect(readPprofFile(profile).stacks.length).toBeGreaterThan(0)
    const set = profile.replace('-space.pprof', '.on_oom.json')
    const { heap } = JSON.parse(readFileSync(set, 'utf8'))
    // `npm run oom-series` counts the ones from 0.85 on; a busy machine may be slower.
    expect(heap.usedBytes / heap.limitBytes).toBeGreaterThanOrEqual(0.75)
  })
}

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
  expect(incident.evidence.join()).toMatch(/child processes [\d.]+ MiB/)
})

for (const program of TOO_FAST) {
  test(`a leak by ${program} is an out-of-memory death`, async ({ launch }) => {
    const studio = launch({
      backend: `leaks/${program}.cjs`,
      env: { STUDIO_HEAP_LIMIT: '96MiB', STUDIO_RESTART: 'never' },
    })
    expect(await studio.incident()).toMatchObject({
      cause: 'heap-out-of-memory',
      oom: true,
      confidence: 'proven',
    })
  })
}
