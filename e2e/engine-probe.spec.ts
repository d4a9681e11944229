import path from 'node:path'
import { test as base, expect } from '@playwright/test'
import { ProbeRunner } from './support/engine/probe-runner'
import {
  PublishedEngine,
  type PublishedEngineOptions,
  usePublishedEngine,
} from './support/engine/published-engine'

const MIB = 2 ** 20

const test = base.extend<{
  /** Starts the published engine with the probe; each one started is ended with the test. */
  readonly start: (
    options?: PublishedEngineOptions & { readonly command?: (engine: PublishedEngine) => readonly string[] },
  ) => Promise<{ engine: PublishedEngine; probe: ProbeRunner }>
}>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures' names from this pattern
  start: async ({}, use) => {
    const started: ProbeRunner[] = []
    await use(async ({ command, ...options } = {}) => {
      const engine = await PublishedEngine.create(options)
      const probe = await ProbeRunner.start(engine.settings(...(command?.(engine) ?? [])))
      started.push(probe)
      await probe.heard('ready')
      await engine.ready()
      return { engine, probe }
    })
    for (const probe of started) await probe.stop()
  },
})

usePublishedEngine()
test.skip(process.platform === 'win32', 'the published engine runs on Debian')
test.slow()

for (const ddtrace of [false, true]) {
  test(`jobs and nodes are told as they happen (${ddtrace ? 'with' : 'without'} ddtrace)`, async ({
    start,
  }) => {
    const { engine, probe } = await start({
      ddtrace,
      ...(ddtrace && {
        command: ({ python }) => [path.join(path.dirname(python), 'ddtrace-run'), python],
      }),
    })
    expect(probe.of('hooks').flatMap(({ missing }) => missing)).toEqual([])
    expect(probe.of('hooks').map(({ module }) => module)).toEqual(['nodes', 'execution', 'server'])
    expect(await probe.heard('hello')).toMatchObject({ python: expect.stringMatching(/^3\.\d+\.\d+$/) })
    expect(await probe.heard('ready')).toMatchObject({ version: '0.3.71' })
    expect(await probe.heard('pack')).toMatchObject({ pack: 'test_pack', ok: true })

    const first = await engine.submit([['Nap', { seconds: 0.3 }], ['Fail']], { client_id: 'somebody' })
    await engine.submit([['Nap', { seconds: 0.3 }]])
    await engine.submit([['NoSuchNode', { text: 'a secret' }]]).catch(() => {})
    const ended = await probe.heard('ended')
    expect(ended).toMatchObject({
      id: first,
      state: 'failed',
      error: {
        name: 'RuntimeError',
        message: 'this node fails',
        node: { id: '2', class: 'Fail' },
        frame: { function: 'run', pack: 'test_pack' },
      },
    })
    await probe.heard('ended', 2)
    await probe.heard('rejected')
    expect(probe.of('node-end').map(({ state, cached }) => [state, cached])).toEqual([
      ['done', false],
      ['failed', false],
      ['done', true],
    ])
    expect(probe.of('node')[0]).toMatchObject({ class: 'Nap', pack: 'test_pack', job: 1 })
    expect(probe.of('node-end')[0]?.ms).toBeGreaterThanOrEqual(300)
    expect(JSON.stringify(probe.events.filter(({ type }) => type !== 'carried'))).not.toContain('secret')
    expect(probe.of('trouble')).toEqual([])
  })
}

test('a thousand failing jobs in a burst are told one by one', async ({ start }) => {
  const { engine, probe } = await start()
  const jobs = 1_000
  for (let sent = 0; sent < jobs; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, () => engine.submit([['Fail']], { client_id: 'somebody' })))
  }
  await probe.heard('ended', jobs)
  const numbers = Array.from({ length: jobs }, (_, at) => at + 1)
  expect(probe.of('queued').map(({ job }) => job)).toEqual(numbers)
  expect(
    probe
      .of('ended')
      .map(({ job }) => job)
      .sort((a, b) => a - b),
  ).toEqual(numbers)
  expect(new Set(probe.of('ended').map(({ state }) => state))).toEqual(new Set(['failed']))
  expect(probe.of('dropped')).toEqual([])
})

test('tensors are on the node, the function and the pack that made them', async ({ start }) => {
  const { engine, probe } = await start()
  await engine.submit([
    ['Nap', { seconds: 0.1 }],
    ['Grow', { mib: 400 }],
  ])
  const { growth, peak, top } = await probe.heard('ended')
  expect(growth).toBeGreaterThan(380 * MIB)
  expect(peak).toBeGreaterThan(growth)
  expect(top[0]).toMatchObject({ node: { id: '2', class: 'Grow', pack: 'test_pack' }, pack: 'test_pack' })
  expect(top[0].function).toMatch(/fill$/)
  // Memory taken between two looks on a busy machine may count for the place that was seen next.
  expect(top[0].bytes).toBeGreaterThan(0.7 * growth)
  // The engine collects its garbage 10 s after a job.
  expect((await probe.heard('left')).resident).toBeGreaterThan(400 * MIB)
})

test('an engine whose lock is held shows where', async ({ start }) => {
  const { engine, probe } = await start()
  await engine.submit([['Hold', { seconds: 5 }]])
  await expect
    .poll(() => probe.watchdog, { timeout: 30_000 })
    .toMatch(/test_pack\/__init__\.py", line \d+ in run/)
  const { worker } = await probe.heard('ready')
  expect(probe.watchdog).toContain(`Thread ${worker} (most recent call first):`)
  expect(await probe.heard('ended')).toMatchObject({ state: 'done' })
})

test('an engine whose worker has died says so', async ({ start }) => {
  const { engine, probe } = await start()
  await engine.submit([['Leave']])
  expect(await probe.heard('thread-died')).toMatchObject({ worker: true, error: { name: 'SystemExit' } })
  await expect.poll(() => probe.of('beat').at(-1)?.worker).toBe(false)
})

test('an engine that restarts itself is the same one, and is watched on', async ({ start }) => {
  const { engine, probe } = await start({
    command: ({ python }) => [python, '-u'],
  })
  await engine.submit([['Restart']])
  const again = await probe.heard('hello', 2)
  expect(again).toMatchObject({ again: true, pid: (await probe.heard('hello')).pid })
  await probe.heard('ready', 2)
  await engine.ready()
  const id = await engine.submit([['Nap']])
  expect(await probe.heard('ended')).toMatchObject({ id, state: 'done' })
})

for (const [how, command] of [
  [
    'uv run',
    (engine) => [engine.uv, 'run', '--no-project', '--offline', '--python', engine.python, 'python'],
  ],
  [
    'a wrapper that is a Python',
    ({ python }) => [python, '-c', 'import subprocess, sys; subprocess.run(sys.argv[1:])', python],
  ],
  ['a shell', ({ python }) => ['sh', '-c', 'exec "$0" "$@"', python]],
] as [string, (engine: PublishedEngine) => readonly string[]][]) {
  test(`the probe finds the engine behind ${how}`, async ({ start }) => {
    const { engine, probe } = await start({ command, ddtrace: how === 'uv run' })
    const id = await engine.submit([['Nap']])
    expect(await probe.heard('ended')).toMatchObject({ id, state: 'done' })
    expect(probe.of('hello')).toHaveLength(1)
  })
}
