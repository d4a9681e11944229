import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import { EarlyFork } from './early-fork'
import type { AskedBackend, ProcessOptions } from './process-options'

class Child extends EventEmitter {
  pid: number | undefined
  readonly kill = vi.fn()
}

const { electron, ports } = vi.hoisted(() => {
  const ports: { readonly close: ReturnType<typeof vi.fn> }[] = []
  const port = () => {
    const made = { close: vi.fn() }
    ports.push(made)
    return made
  }
  const electron = {
    utilityProcess: { fork: vi.fn() },
    MessageChannelMain: class {
      readonly port1 = port()
      readonly port2 = port()
    },
    app: { on() {}, off() {} },
  }
  return { electron, ports }
})
vi.mock('electron', () => electron)

let children: Child[] = []
beforeEach(() => {
  children = []
  ports.length = 0
  electron.utilityProcess.fork.mockReset().mockImplementation(() => {
    const child = new Child()
    children.push(child)
    return child
  })
})

const BACKEND: AskedBackend = { engine: null, entry: 'backend.cjs', args: [], cwd: null, env: {} }

function early(env: () => ProcessOptions['env'] = () => ({})) {
  const said: string[] = []
  const fork = new EarlyFork({
    optionsOf: ({ entry, args, cwd }) => ({
      ...{ bootstrap: 'bootstrap.cjs', entry, args, cwd, env: env(), secrets: [] },
      ...{ heapLimitBytes: null, profiling: null },
    }),
    newMarker: () => 'mark',
    log: { debug: (message) => void said.push(message) },
  })
  return { fork, said }
}

it('the process that was forked at the death is the next run’s, once', () => {
  const { fork } = early()
  expect(fork.take(BACKEND)).toBeNull()
  fork.begin(BACKEND)
  expect(fork.take(BACKEND)).toMatchObject({ child: children[0], marker: 'mark' })
  expect(fork.take(BACKEND)).toBeNull()
  fork.discard()
  expect(children[0]?.kill).not.toHaveBeenCalled()
})

it('one that was forked for something else is ended, and none is taken', () => {
  let consent = 'granted'
  const { fork } = early(() => ({ CONSENT: consent }))
  fork.begin(BACKEND)
  expect(fork.take({ ...BACKEND, args: ['--other'] })).toBeNull()
  fork.begin(BACKEND)
  consent = 'denied'
  expect(fork.take(BACKEND)).toBeNull()
  for (const child of children) child.emit('spawn')
  expect(children.map(({ kill }) => kill.mock.calls.length)).toEqual([1, 1])
})

it('where nothing is started it is ended as soon as it can be', () => {
  const { fork } = early()
  fork.begin(BACKEND)
  fork.discard()
  expect(children[0]?.kill).not.toHaveBeenCalled()
  children[0]?.emit('spawn')
  expect(children[0]?.kill).toHaveBeenCalledOnce()
  fork.begin(BACKEND)
  if (children[1]) children[1].pid = 7
  fork.discard()
  expect(children[1]?.kill).toHaveBeenCalledOnce()
})

it('one that has died before it is taken is nobody’s, and its ports are closed', () => {
  const { fork, said } = early()
  fork.begin(BACKEND)
  expect(() => children[0]?.emit('error', 'FatalError', 'v8')).not.toThrow()
  children[0]?.emit('exit', 1)
  expect(fork.take(BACKEND)).toBeNull()
  for (const port of ports) expect(port.close).toHaveBeenCalledOnce()
  expect(said).toHaveLength(1)
})

it('the death of one that was taken, or of one before it, is not its own', () => {
  const { fork, said } = early()
  fork.begin(BACKEND)
  fork.begin(BACKEND)
  children[0]?.emit('exit', 0)
  expect(fork.take(BACKEND)).toMatchObject({ child: children[1] })
  children[1]?.emit('exit', 1)
  expect(said).toEqual([])
})

it('a fork that fails is left to the start that follows', () => {
  electron.utilityProcess.fork.mockImplementation(() => {
    throw new Error('EMFILE')
  })
  const { fork, said } = early()
  fork.begin(BACKEND)
  expect(fork.take(BACKEND)).toBeNull()
  expect(said).toHaveLength(1)
})
