import { readdirSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readPprof } from '../src/main/profiling/read-pprof'
import type { Profile } from '../testing/agent/profile'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

const MIB = 2 ** 20

/** The sum of a sample type over the stacks with a function. */
function insideOf({ attachments }: Profile, name: RegExp, type: string): number {
  const profile = readPprof(attachments.get('profile.pprof') ?? Buffer.alloc(0))
  const index = profile.sampleTypes.findIndex((one) => one.type === type)
  return profile.stacks
    .filter(({ frames }) => frames.some((frame) => name.test(frame.function.name)))
    .reduce((sum, { values }) => sum + (values[index] ?? 0), 0)
}

usePublishedEngine()
test.slow()

test("time and memory of the engine's nodes arrive as a Python profile, without ddtrace", async ({
  launch,
  agent,
}) => {
  const engine = await PublishedEngine.create()
  const studio = launch({
    backend: null,
    env: { DD_TRACE_AGENT_URL: agent.url, DD_PROFILING_UPLOAD_PERIOD: '3', ...engine.settings() },
  })
  await studio.said(/the engine answers at /)
  const id = await engine.submit([
    ['Nap', { seconds: 1 }],
    ['Grow', { mib: 300 }],
  ])
  expect(await engine.ended(id)).toBe('success')

  // The first may have been taken in the middle of the job; what is held stays in the next.
  const { event, attachments } = await agent.waitForProfile(
    (profile) => profile.event.family === 'python' && insideOf(profile, /fill$/, 'heap-space') > 200 * MIB,
  )
  expect(event).toMatchObject({ version: '4', attachments: ['profile.pprof'] })
  expect(String(event.tags_profiler).split(',')).toEqual(
    expect.arrayContaining([
      'language:python',
      'runtime:CPython',
      'studio.process:engine',
      'service:hanzo-studio-inference',
      'env:production',
    ]),
  )
  const file = attachments.get('profile.pprof') ?? Buffer.alloc(0)
  expect(readPprof(file).sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
    'wall-time/nanoseconds',
    'wall-samples/count',
    'heap-space/bytes',
  ])
  const slept = agent.profiles().map((profile) => insideOf(profile, /^(?:Nap\.)?run$/, 'wall-time'))
  expect(Math.max(...slept)).toBeGreaterThan(0.5e9)
  // A sample leads to the span of its node.
  const nodes = agent.spans().filter(({ name }) => name === 'studio.node')
  expect(nodes.length).toBeGreaterThan(0)
  const text = gunzipSync(file).toString('latin1')
  for (const label of ['thread id', 'thread name', 'span id', 'local root span id', 'trace endpoint'])
    expect(text).toContain(label)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('where ddtrace profiles the engine, our profile stays on the machine, for `top`', async ({
  launch,
  agent,
}) => {
  const engine = await PublishedEngine.create({ ddtrace: true })
  const studio = launch({
    backend: null,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_PROFILING_UPLOAD_PERIOD: '3',
      DD_PROFILING_ENABLED: 'true',
      ...engine.settings(),
    },
  })
  await studio.said(/the engine answers at /)
  expect(await engine.ended(await engine.submit([['Nap', { seconds: 1 }]]))).toBe('success')
  const folder = path.join(studio.dataFolder, 'profiles')
  const file = await waitFor(
    () => readdirSync(folder, { recursive: true }).find((name) => String(name).endsWith('-profile.pprof')),
    { what: 'a profile on disk', timeout: 60_000 },
  )
  await studio.quit()
  const python = agent.profiles().filter(({ event }) => event.family === 'python')
  expect(python.every(({ event }) => String(event.tags_profiler).includes('profiler_config'))).toBe(true)
  const top = launch({ dataFolder: studio.dataFolder, args: ['top', '--cpu', '--json', String(file)] })
  expect(await top.exited).toEqual({ code: 0, signal: null })
  expect(JSON.parse(top.stdout)).toMatchObject({ sampleType: { type: 'wall-time' } })
})
