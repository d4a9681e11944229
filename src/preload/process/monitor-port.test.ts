import { EventEmitter } from 'node:events'
import type { ParentPort } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { hello } from '../../common/protocol/messages'
import { openMonitorPort } from './monitor-port'

const GREETING = hello(2 ** 28, { folder: '/profiles', periodMs: 65_000, memoryLimitBytes: null })

/** A port like Electron's: messages before `start` wait. */
class FakePort extends EventEmitter {
  readonly start = vi.fn()
  readonly postMessage = vi.fn()
  arrives(data: unknown): void {
    this.emit('message', { data })
  }
}

function openPort() {
  const parentPort = new EventEmitter()
  const opened = vi.fn<Parameters<typeof openMonitorPort>[1]>()
  openMonitorPort(parentPort as unknown as ParentPort, opened)
  const port = new FakePort()
  return { parentPort, opened, port }
}

function openedPort() {
  const { parentPort, opened, port } = openPort()
  parentPort.emit('message', { data: GREETING, ports: [port] })
  const call = opened.mock.calls[0]
  if (!call) throw new Error('it was not opened')
  return { port, monitor: call[0] }
}

describe('the first message on parentPort', () => {
  it('brings the port and what is to be done, and is the only one taken', () => {
    const { parentPort, opened, port } = openPort()
    parentPort.emit('message', { data: GREETING, ports: [port] })
    expect(opened).toHaveBeenCalledExactlyOnceWith(expect.anything(), GREETING)
    expect(parentPort.listenerCount('message')).toBe(0)
    parentPort.emit('message', { data: GREETING, ports: [new FakePort()] })
    expect(opened).toHaveBeenCalledOnce()
  })

  it.each([
    ['no greeting of ours', 'hello', [new FakePort()]],
    ['a greeting without a port', GREETING, []],
  ])('opens nothing with %s', (_what, data, ports) => {
    const { parentPort, opened } = openPort()
    parentPort.emit('message', { data, ports })
    expect(opened).not.toHaveBeenCalled()
  })
})

describe('the port', () => {
  it('takes messages to main', () => {
    const { port, monitor } = openedPort()
    monitor.send({ type: 'ready' })
    expect(port.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'ready' })
  })

  it('never throws, also when main is gone', () => {
    const { port, monitor } = openedPort()
    port.postMessage.mockImplementation(() => {
      throw new Error('the port is closed')
    })
    expect(() => monitor.send({ type: 'ready' })).not.toThrow()
  })

  it('does not hold messages up that nobody listens to, and is started by the first who does', () => {
    const { port, monitor } = openedPort()
    expect(port.start).not.toHaveBeenCalled()
    monitor.onMessage(() => {})
    expect(port.start).toHaveBeenCalled()
    expect(port.listenerCount('message')).toBe(1)
  })

  it('gives every listener what main says, and drops what is no message', () => {
    const { port, monitor } = openedPort()
    const [first, second] = [vi.fn(), vi.fn()]
    monitor.onMessage(first)
    monitor.onMessage(second)
    for (const data of [undefined, 'stop', { type: 'start' }, { type: 'stop', more: 1 }]) port.arrives(data)
    for (const listener of [first, second]) expect(listener).toHaveBeenCalledExactlyOnceWith({ type: 'stop' })
  })
})
