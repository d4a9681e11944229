import { describe, expect, it } from 'vitest'
import { times } from '../../../testing/form/form'
import { startProgram, temporaryFolder } from '../../../testing/program/program'
import { bundleProfiled, type Profiled, runProfiled } from './testing/profiled-program'

/** A working backend that exits by itself when `sets` sets are there. */
const work = (sets: number) => `
import { readdirSync } from 'node:fs'
const kept = []
setInterval(() => {
  for (let i = 0; i < 3_000; i++) kept.push({ i, text: 'x' + i })
  if (kept.length > 1e5) kept.length = 0
  spin(4)
}, 5)
const { exit } = process
const written = () => {
  let sets = 0
  for (const name of readdirSync(process.env.FOLDER)) if (name.endsWith('.json')) sets++
  return sets
}
let mayEnd = true
setInterval(() => { if (mayEnd && written() >= ${sets}) exit(7) }, 50)
`
const ENOUGH = 4
const CALM = { code: 7, signal: null, complaints: [], warnings: [] }

/** Runs with periods of 50 ms, so that a profile is being taken nearly all the time. */
async function runBackend(strange: string): Promise<Profiled> {
  const profiled = await runProfiled(await bundleProfiled(work(ENOUGH) + strange), { periodMs: 50 })
  // A busy machine makes each profile long.
  const warnings = profiled.warnings.filter((warning) => !warning.startsWith('heap profiles are left out'))
  return { ...profiled, warnings }
}

describe('a backend', { timeout: 30_000 }, () => {
  it.each([
    ['is an ordinary one', ''],
    ['replaces its console', 'globalThis.console = { log() {} }'],
    ['freezes its console', 'Object.freeze(console)'],
    [
      'replaces process.on',
      "process.on = process.once = process.addListener = () => { throw new Error('no') }",
    ],
    [
      'replaces the channels',
      "const dc = require('node:diagnostics_channel'); dc.channel = dc.subscribe = dc.tracingChannel = () => { throw new Error('no') }",
    ],
    [
      'replaces the timers',
      'const keep = [setTimeout, setInterval]; globalThis.setTimeout = globalThis.setInterval = globalThis.setImmediate = () => { throw new Error() }',
    ],
    [
      'freezes what is built in',
      'for (const each of [Object, Array, Map, Promise, Function, Error]) { Object.freeze(each); Object.freeze(each.prototype) }',
    ],
    [
      'damages what is built in',
      'Array.prototype.map = Array.prototype.filter = Map.prototype.get = () => { throw new Error() }; Promise.prototype.finally = null',
    ],
    [
      'starts and stops profiles of its own',
      `
      const { Session } = require('node:inspector/promises')
      const session = new Session(); session.connect()
      const profile = async () => {
        await session.post('Profiler.enable'); await session.post('Profiler.start')
        await session.post('HeapProfiler.enable'); await session.post('HeapProfiler.startSampling')
        await new Promise((resolve) => setTimeout(resolve, 30))
        await session.post('HeapProfiler.stopSampling'); await session.post('HeapProfiler.disable')
        await session.post('Profiler.stop'); await session.post('Profiler.disable')
        setTimeout(profile, 20)
      }
      profile()`,
    ],
    [
      'connects and disconnects',
      `
      const { Session } = require('node:inspector')
      setInterval(() => { const session = new Session(); session.connect(); session.post('Runtime.enable'); session.disconnect() }, 5)`,
    ],
  ])('that %s is profiled, and ends as it would', async (_, strange) => {
    const { sets, ...ended } = await runBackend(strange)
    expect(ended).toMatchObject(CALM)
    expect(sets.length).toBeGreaterThanOrEqual(ENOUGH)
    expect(sets.at(-1)?.files.wall).not.toBeNull()
    expect(sets.some(({ files }) => files.space !== null)).toBe(true)
  })

  it.each([
    ['opens its own inspector', "require('node:inspector').open(0)"],
    [
      'opens its own inspector and removes all listeners',
      "process.removeAllListeners(); require('node:inspector').open(0)",
    ],
    [
      'opens its own inspector and replaces process.emit',
      "process.emit = () => true; require('node:inspector').open(0)",
    ],
  ])('that %s can exit', async (_, strange) => {
    const { code, complaints } = await runBackend(strange)
    expect(code).toBe(7)
    expect(complaints.join('\n')).toMatch(/^Debugger listening on/)
  })

  it('that is stuck in native code runs on afterwards, and one set holds all of it', async () => {
    const { sets, stdout, ...ended } = await runBackend(`
      mayEnd = false
      const stuck = () => {
        const from = Date.now()
        require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 1500)'])
        console.log(JSON.stringify({ from, to: Date.now() }))
        mayEnd = true
      }
      const first = setInterval(() => { if (written() > 0) stuck(clearInterval(first)) }, 5)`)
    expect(ended).toMatchObject(CALM)
    const { from, to }: { from: number; to: number } = JSON.parse(stdout)
    expect(to - from).toBeGreaterThanOrEqual(1_500)
    // JavaScript runs right before and after, and on a busy machine the thread is a little late.
    const [begun, nearlyOver] = [from + (to - from) / 4, to - (to - from) / 4]
    const meanwhile = sets
      .map(({ start, end }) => ({ start: Date.parse(start), end: Date.parse(end) }))
      .filter(({ start, end }) => start < nearlyOver && end > begun)
    expect(meanwhile).toHaveLength(1)
    expect(meanwhile[0]?.start).toBeLessThan(begun)
    expect(meanwhile[0]?.end).toBeGreaterThan(nearlyOver)
  })
})

it.skipIf(process.platform !== 'linux')(
  'a backend that is stuck in native code while what it started grows has no profiles waiting for its end',
  { timeout: 30_000 },
  async () => {
    const file = await bundleProfiled(`
      const grow = \`
        const kept = []
        setInterval(() => kept.length < 10 && kept.push(Buffer.alloc(2 ** 25, 1)), 300)
        setTimeout(() => process.exit(0), 4_500)\`
      profiler.started.then(() => setTimeout(async () => {
        require('node:child_process').spawnSync(process.execPath, ['-e', grow])
        await profiler.finish()
        process.exit(7)
      }, 100))`)
    // A heap that is soon full makes the backend wait for the thread's start.
    const env = { MEMORY_LIMIT: String(400 * 2 ** 20), HEAP_LIMIT: String(2 ** 30) }
    const { sets, ...ended } = await runProfiled(file, { env })
    expect(ended).toMatchObject(CALM)
    expect(sets.map(({ kind, seq }) => [kind, seq])).toEqual([['on_shutdown', 0]])
  },
)

describe('a backend that ends while a profile is taken', { timeout: 120_000 }, () => {
  const program = () =>
    bundleProfiled(`
      const kept = []
      setInterval(() => { for (let i = 0; i < 3_000; i++) kept.push({ i }); if (kept.length > 1e5) kept.length = 0; spin(4) }, 5)
      const ends = {
        exit: () => process.exit(3),
        throw: () => { throw new Error('thrown') },
        reject: () => Promise.reject(new Error('rejected')),
        abort: () => process.abort(),
        kill: () => process.kill(process.pid, 'SIGKILL'),
      }
      setTimeout(() => ends[process.argv[2]](), Number(process.argv[3]))`)

  it.each(['exit', 'throw', 'reject', 'abort', 'kill'])('by %s ends as it would without', async (how) => {
    const file = await program()
    const run = (afterMs: number, env: NodeJS.ProcessEnv) => {
      const { ended } = startProgram(file, { args: [how, String(afterMs)], env })
      return ended
    }
    const bare = await run(50, {})
    for (let i = 0; i < times(2, 6); i++) {
      // From before the thread has started until it has taken several.
      const ended = await run(40 + Math.round(Math.random() * 500), {
        FOLDER: temporaryFolder(),
        PERIOD_MS: '50',
      })
      expect([ended.code, ended.signal]).toEqual([bare.code, bare.signal])
      expect(ended.stderr).not.toMatch(/Check failed|FATAL|Assertion|WARNING/)
    }
  })
})
