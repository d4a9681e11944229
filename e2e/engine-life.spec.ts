import net from 'node:net'
import { type Death, Engine, skipWithoutPython } from './support/app/engine'
import { expect, test } from './support/app/test'
import { isAlive, waitUntilGone } from './support/process'

test.beforeEach(skipWithoutPython)

/** The engine's process id in the runner's log. */
const PROCESS = /the engine is process (\d+)/

/** Python's ends are told apart in `exit-cause-python.test.ts`, each of them. */
const SHORT_FORM: readonly Death[] = ['memory-error', 'sigkill', 'segfault', 'error']

const DEATHS: readonly [how: Death, told: Record<string, unknown>][] = [
  ['memory-error', { cause: 'error-exit', oom: true, exitCode: 1 }],
  ['sigkill', { exitCode: 137 }],
  ['exit-137', { exitCode: 137 }],
  ['exit-minus-9', { exitCode: 247 }],
  ['segfault', { cause: 'crash', oom: false, exitCode: 139 }],
  ['abort', { cause: 'crash', oom: false, exitCode: 134 }],
  ['exit-3', { cause: 'error-exit', oom: false, exitCode: 3 }],
  ['error', { cause: 'error-exit', oom: false, exitCode: 1 }],
  ['sigterm', { cause: 'killed', oom: false, exitCode: 143 }],
]

for (const [how, told] of DEATHS) {
  test(`an engine that dies (${how}) is told apart, its jobs recorded, and started again`, {
    tag: SHORT_FORM.includes(how) ? [] : '@long',
  }, async ({ launch }) => {
    const engine = await Engine.create()
    const studio = launch({ backend: null, env: engine.settings() })
    await engine.followed()
    const running = await engine.submit([['Wait']])
    const waiting = await Promise.all([1, 2, 3].map(() => engine.submit([['Sampler']])))
    await studio.seenJobs(running, ...waiting)
    await engine.die(how)

    const incident = await studio.incident()
    expect(incident).toMatchObject(told)
    if (['sigkill', 'exit-137', 'exit-minus-9'].includes(how)) {
      // With a readable counter that did not grow it was not memory; without one it may have been.
      expect([
        { cause: 'killed', oom: false },
        { cause: 'kernel-oom-kill', oom: true },
      ]).toContainEqual({ cause: incident.cause, oom: incident.oom })
    }
    const records = await studio.failedJobsOf(4)
    expect(records.find(({ jobId }) => jobId === running)).toMatchObject({ state: 'running' })
    for (const id of waiting) {
      expect(records.find(({ jobId }) => jobId === id)).toMatchObject({
        state: 'queued',
        cause: incident.cause,
      })
    }
    expect(records).toHaveLength(4)
    await studio.backendPid(2)
    await engine.submit([['Sampler']])
  })
}

test('a clean end of the engine ends the app', async ({ launch }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await engine.followed()
  await engine.die('exit-0')
  expect(await studio.exited).toEqual({ code: 0, signal: null })
  await studio.gone()
  expect(studio.incidents()).toEqual([])
})

test('a wait for an engine that loads its models is told of, and can be ended', async ({ launch }) => {
  test.slow()
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: engine.settings('--load-seconds', '600') })
  const pid = Number((await studio.said(PROCESS))[1])
  await studio.said(/the engine is not ready after \d+ s: http:\S+ refuses connections/)
  expect(studio.stderr).not.toContain('the backend is running')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  await waitUntilGone([pid])
})

for (const [how, options] of [
  ['listens', []],
  ['does not listen', ['--deaf']],
] as const) {
  test(`nothing of the engine is left when Studio ends, of one that ${how}`, async ({ launch }) => {
    test.slow()
    const engine = await Engine.create()
    const studio = launch({ backend: null, env: engine.settings(...options, '--child-mib', '5') })
    await engine.followed()
    const all = studio.processes().map(({ pid }) => pid)
    const [, pid] = await studio.said(PROCESS)
    expect(studio.processes().filter(({ ppid }) => ppid === Number(pid))).toHaveLength(1)
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    await waitUntilGone(all)
    expect(studio.incidents()).toEqual([])
  })
}

test('Ctrl-C in a terminal ends the engine once, and cleanly', async ({ launch }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await engine.followed()
  const all = studio.processes().map(({ pid }) => pid)
  process.kill(-studio.pid, 'SIGINT')
  expect(await studio.exited).toEqual({ code: 0, signal: null })
  await waitUntilGone(all)
  expect(studio.output).not.toContain('KeyboardInterrupt')
  expect(studio.incidents()).toEqual([])
})

test('a runner that is killed takes the engine along, and both come back', async ({ launch }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await engine.followed()
  const pid = Number((await studio.said(PROCESS))[1])
  process.kill(await studio.backendPid(), 'SIGKILL')
  await studio.backendPid(2)
  expect(isAlive(pid)).toBe(false)
})

test('an engine that outlived a killed Studio is ended by the next one, its jobs recorded', async ({
  launch,
}) => {
  test.skip(process.platform !== 'linux', 'processes show whose they are on Linux')
  const engine = await Engine.create()
  const killed = launch({ backend: null, env: engine.settings('--child-mib', '5', '--deaf') })
  await engine.followed()
  const [, pid] = await killed.said(PROCESS)
  const id = await engine.submit([['Wait']])
  await killed.seenJobs(id)
  killed.kill('SIGKILL')
  await killed.exited
  expect(isAlive(Number(pid))).toBe(true)
  const left = killed.processes().map((process) => process.pid)

  const studio = launch({
    backend: null,
    dataFolder: killed.dataFolder,
    env: engine.settings('--child-mib', '5', '--deaf'),
  })
  await studio.said(/an engine still ran that a killed Studio had left: it was ended \(processes: 2\)/)
  await waitUntilGone(left)
  expect(await studio.failedJobsOf(1)).toMatchObject([{ jobId: id, cause: 'app-killed' }])
  await studio.backendPid()
})

test('a command that does not exist is one clear line, and nothing is started', async ({ launch }) => {
  const studio = launch({ backend: null, env: { STUDIO_ENGINE_COMMAND: '["pyton3", "main.py"]' } })
  expect(await studio.exited).toEqual({ code: 2, signal: null })
  expect(studio.stderr.trim().split('\n')).toEqual([
    'studio-monitor: Studio\'s engine cannot be started: there is no program "pyton3" that could be run; STUDIO_ENGINE_COMMAND must name the engine\'s, by its path or on the PATH',
  ])
  expect(studio.incidents()).toEqual([])
})

test('a port that is taken is one clear line, and nothing is started', async ({ launch }) => {
  const engine = await Engine.create()
  const server = net.createServer((socket) => socket.destroy()).listen(engine.port, '127.0.0.1')
  try {
    const studio = launch({ backend: null, env: engine.settings() })
    expect(await studio.exited).toEqual({ code: 2, signal: null })
    expect(studio.stderr.trim().split('\n')).toEqual([
      `studio-monitor: Studio's engine cannot be started: port ${engine.port} on 127.0.0.1 is in use: stop that program or choose another port`,
    ])
    expect(studio.incidents()).toEqual([])
  } finally {
    server.close()
  }
})

test('the engine is run, and not the backend, when both are set, and a line says so', async ({ launch }) => {
  const engine = await Engine.create()
  const studio = launch({ env: engine.settings() })
  await engine.followed()
  expect(studio.stderr).toMatch(
    /STUDIO_ENGINE_COMMAND and STUDIO_BACKEND_ENTRY are both set: the engine is run/,
  )
  expect(studio.stdout).not.toContain('puppet')
})
