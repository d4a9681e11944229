import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dataFolderIn } from '../src/common/storage/data-folder'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test, WAYS } from './support/app/intake'
import type { Studio, StudioOptions } from './support/app/studio'
import { onHost, ownHostName } from './support/privacy/host-name'
import { type Planted, plantSecrets } from './support/privacy/planted'
import { occurrences, type Unpacked, unpackedFiles, unpackedRequests } from './support/privacy/unpacked'

const BACKEND = path.join(__dirname, 'backends/indiscreet.cjs')

let parent: string
test.beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), 'studio-planted-'))
})
test.afterEach(() => rmSync(parent, { recursive: true, force: true }))

/** Launches an app of somebody who has secrets everywhere, on a machine with a name. @param way to Datadog */
function indiscreetStudio(launch: (options: StudioOptions) => Studio, way: Readonly<Record<string, string>>) {
  const host = ownHostName()
  const planted = plantSecrets(parent, BACKEND, host)
  const studio = launch({
    userData: path.join(planted.home, 'data'),
    cwd: planted.home,
    ...(host === null ? {} : { wrap: onHost(host) }),
    backend: null,
    env: { ...planted.env, STUDIO_BACKEND_ENTRY: planted.entry, ...way, STUDIO_LOGS: 'send' },
  })
  return { studio, planted }
}

test('an Agent gets no byte of who it is, and of 100 secrets', async ({ launch, agent }) => {
  test.setTimeout(90_000)
  const { studio, planted } = indiscreetStudio(launch, { DD_TRACE_AGENT_URL: agent.url })
  const received = () => unpackedRequests(agent.requests())
  await agent.waitForProfile(() => true)
  await die(studio)
  await arrives(received, planted.marks)
  await agent.waitForProfile(({ event }) => String(event.tags_profiler).includes('snapshot:on_oom'), {
    timeout: 30_000,
  })
  for (const endpoint of ['traces', 'stats', 'telemetry', 'dogstatsd', 'profiling', 'evp'] as const)
    await agent.waitForRequest((request) => request.endpoint === endpoint, { timeout: 20_000 })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expectNothing(studio, planted, received())
})

test('an intake gets no byte of who it is, and of 100 secrets', { tag: '@long' }, async ({
  launch,
  intake,
}) => {
  test.setTimeout(90_000)
  const { studio, planted } = indiscreetStudio(launch, WAYS['an API key'](intake))
  const received = () => unpackedRequests(intake.requests)
  await waitFor(() => intake.profiles.length > 0, { what: 'a profile', timeout: 20_000 })
  await die(studio)
  await arrives(received, planted.marks)
  await waitFor(
    () => intake.profiles.some(({ event }) => String(event.tags_profiler).includes('snapshot:on_oom')),
    { what: 'the profile of the death', timeout: 30_000 },
  )
  await waitFor(() => intake.metrics.length > 0 && intake.logs.length > 0, {
    what: 'metrics and logs',
    timeout: 20_000,
  })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(intake.problems()).toEqual([])
  expectNothing(studio, planted, received())
})

/** Lets the backend exhaust its heap, in functions and files whose names are secrets. */
async function die(studio: Studio): Promise<void> {
  const [, port] = await studio.said(/all is said on (\d+)/)
  await fetch(`http://127.0.0.1:${port}/die`)
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'heap-out-of-memory' })
  expect(incident.topAllocators.map(({ file }) => file)).toContainEqual(expect.stringContaining('module.cjs'))
}

/** Waits until each text behind which a secret stood has come: what does not arrive gives nothing away. */
async function arrives(received: () => readonly Unpacked[], marks: readonly string[]): Promise<void> {
  const missing = () => {
    const all = received()
    return marks.filter((mark) => !all.some(([, text]) => text.includes(`${mark} `)))
  }
  await waitFor(() => missing().length === 0, {
    what: () => `these to arrive: ${missing()}`,
    timeout: 30_000,
  })
}

function expectNothing(studio: Studio, planted: Planted, received: readonly Unpacked[]): void {
  expect(occurrences(received, [...planted.identity, ...planted.secrets])).toEqual([])
  const written = unpackedFiles(dataFolderIn(studio.userData))
  expect(written.length).toBeGreaterThan(5)
  expect(occurrences(written, planted.secrets)).toEqual([])
  const own = studio.stderr.split('\n').filter((line) => line.startsWith('studio-monitor:'))
  expect(occurrences([['the terminal', own.join('\n')]], planted.secrets)).toEqual([])
}
