import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { STANDBY_VARIABLE, standingBy } from '../../../common/protocol/standby'
import type { AskedBackend, ProcessOptions } from './process-options'
import { Standby } from './standby'

class Child extends EventEmitter {
  /** This process's own: it lives. */
  pid: number | undefined = process.pid
  readonly kill = vi.fn()
}

const electron = vi.hoisted(() => ({
  utilityProcess: { fork: vi.fn() },
  MessageChannelMain: class {
    readonly port1 = { close: vi.fn() }
    readonly port2 = { close: vi.fn() }
  },
  app: { on() {}, off() {} },
}))
vi.mock('electron', () => electron)

const MIB = 2 ** 20
const BACKEND: AskedBackend = { engine: null, entry: 'backend.cjs', args: [], cwd: null, env: {} }

let children: Child[] = []
let env: ProcessOptions['env']
let freeBytes: number
let isBusy: boolean
let said: string[]
let standby: Standby

beforeEach(() => {
  vi.useFakeTimers()
  children = []
  env = { DD_ENV: 'production' }
  freeBytes = 8 * 2 ** 30
  isBusy = false
  said = []
  electron.utilityProcess.fork.mockReset().mockImplementation(() => {
    const child = new Child()
    children.push(child)
    return child
  })
  const say = (message: string) => void said.push(message)
  standby = new Standby({
    backend: () => BACKEND,
    optionsOf: ({ entry, args, cwd }) => ({
      ...{ bootstrap: '/nowhere/preload/bootstrap.cjs', entry, args, cwd, env, secrets: [] },
      ...{ heapLimitBytes: null, profiling: null },
    }),
    newMarker: () => 'mark',
    isBusy: () => isBusy,
    hopeless: () => null,
    freeBytes: () => freeBytes,
    canBeSlow: false,
    log: { debug: say, info: say, warn: say },
    onChange: () => {},
    now: () => performance.now(),
  })
})
afterEach(async () => {
  const stopped = standby.stop()
  for (const child of children) child.emit('exit', 0)
  await stopped
  vi.useRealTimers()
})

const last = () => {
  const child = children.at(-1)
  if (!child) throw new Error('nothing was forked')
  return child
}

/** The backend runs, and is quiet for long enough. */
function makeOne(): Child {
  standby.enter('running')
  vi.advanceTimersByTime(10_000)
  return last()
}

function makeReady(): Child {
  const child = makeOne()
  child.emit('message', standingBy(90 * MIB))
  return child
}

it('a spare is made once the backend runs and is quiet, one alone, and is marked as one', () => {
  vi.advanceTimersByTime(60_000)
  expect(children).toHaveLength(0)
  isBusy = true
  makeOneBusy()
  expect(children).toHaveLength(0)
  expect(standby.status.why).toBe('the backend is not quiet yet')
  isBusy = false
  vi.advanceTimersByTime(60_000)
  expect(children).toHaveLength(1)
  expect(electron.utilityProcess.fork.mock.calls[0]?.[2].env).toMatchObject({
    DD_ENV: 'production',
    [STANDBY_VARIABLE]: '1',
  })
})

function makeOneBusy(): void {
  standby.enter('running')
  vi.advanceTimersByTime(10_000)
}

it('it is taken once it stands by, for another entry too, and another is made later', () => {
  const child = makeOne()
  expect(standby.take(BACKEND)).toBeNull()
  expect(standby.status).toEqual({ pid: null, residentBytes: null, why: null })
  child.emit('message', { type: 'something else' })
  expect(standby.isFor(BACKEND)).toBe(false)
  child.emit('message', standingBy(90 * MIB))
  expect(standby.status).toEqual({ pid: process.pid, residentBytes: 90 * MIB, why: null })
  standby.enter('backing-off')
  expect(standby.take({ ...BACKEND, entry: 'other.cjs', args: ['--x'] })).toMatchObject({
    child,
    marker: 'mark',
  })
  expect(child.listenerCount('message')).toBe(0)
  expect(standby.take(BACKEND)).toBeNull()
  // Its death is the backend's now.
  child.emit('exit', 9)
  expect(said.join()).not.toContain('died')
  makeReady()
  expect(children).toHaveLength(2)
})

it('one that was made from other settings is not taken, and made anew', () => {
  const child = makeReady()
  env = { DD_ENV: 'staging' }
  expect(standby.take(BACKEND)).toBeNull()
  expect(standby.take({ ...BACKEND, cwd: '/other' })).toBeNull()
  vi.advanceTimersByTime(10_000)
  expect(child.kill).toHaveBeenCalledOnce()
  expect(children).toHaveLength(2)
  expect(electron.utilityProcess.fork.mock.calls[1]?.[2].env).toMatchObject({ DD_ENV: 'staging' })
})

it('an engine has none', () => {
  makeReady()
  const engine = {} as NonNullable<AskedBackend['engine']>
  expect(standby.take({ ...BACKEND, engine })).toBeNull()
})

it('one that died is never taken, and the pause until the next grows', () => {
  const child = makeReady()
  child.pid = undefined
  // Its exit has not been told yet.
  expect(standby.take(BACKEND)).toBeNull()
  child.emit('exit', 9)
  expect(standby.take(BACKEND)).toBeNull()
  expect(standby.status.why).toBe('the last one died')
  expect(said.at(-1)).toMatch(/^the spare process died: .* in 10 s at the earliest$/)
  vi.advanceTimersByTime(8_000)
  expect(children).toHaveLength(1)
  vi.advanceTimersByTime(4_000)
  expect(children).toHaveLength(2)
  last().emit('exit', 9)
  expect(said.at(-1)).toContain('in 20 s at the earliest')
})

it('a fork that fails is told, and tried again later', () => {
  electron.utilityProcess.fork.mockImplementationOnce(() => {
    throw new Error('EMFILE')
  })
  standby.enter('running')
  vi.advanceTimersByTime(6_000)
  expect(said.at(-1)).toMatch(/EMFILE.* in 10 s/)
  vi.advanceTimersByTime(20_000)
  expect(children).toHaveLength(1)
})

it('it is ended when memory gets short, and told why', () => {
  const child = makeReady()
  freeBytes = 100 * MIB
  vi.advanceTimersByTime(2_000)
  expect(child.kill).toHaveBeenCalledOnce()
  expect(standby.status).toEqual({ pid: null, residentBytes: null, why: 'memory is short' })
  vi.advanceTimersByTime(60_000)
  expect(children).toHaveLength(1)
})

it('a stop waits until it is gone', async () => {
  const child = makeReady()
  child.pid = undefined
  let isStopped = false
  const stopped = standby.stop().then(() => {
    isStopped = true
  })
  await vi.advanceTimersByTimeAsync(500)
  expect(isStopped).toBe(false)
  child.emit('exit', 0)
  await stopped
  vi.advanceTimersByTime(60_000)
  expect(children).toHaveLength(1)
})
