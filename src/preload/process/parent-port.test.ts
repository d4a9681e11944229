import { EventEmitter } from 'node:events'
import type { ParentPort } from 'electron'
import { expect, it, vi } from 'vitest'
import { encloseContext } from '../../common/tracing/message-context'
import { traceParentPort } from './parent-port'

const LOOKS_ENCLOSED = ['studio-datadog-monitor:context', '{}', 1]

/** A port like Electron's: an emitter, with its methods on the prototype. */
class Port extends EventEmitter {
  readonly posted: unknown[] = []
  postMessage(message: unknown): void {
    this.posted.push(message)
  }
}

function traced() {
  const port = new Port()
  traceParentPort(port as unknown as ParentPort, null)
  return port
}

it('a bare message reaches the listeners with the very event that Electron made, in order', () => {
  const port = traced()
  const heard: unknown[] = []
  port.on('message', (...args) => heard.push(['first', ...args]))
  port.once('message', (...args) => heard.push(['second', ...args]))
  const events = [
    { data: 'a', ports: [{}] },
    { data: Number.NaN, ports: [] },
    { data: undefined, ports: [] },
  ]
  expect(events.map((event) => port.emit('message', event, 'more'))).toEqual([true, true, true])
  expect(heard).toEqual([
    ['first', events[0], 'more'],
    ['second', events[0], 'more'],
    ['first', events[1], 'more'],
    ['first', events[2], 'more'],
  ])
  expect((heard[0] as unknown[])[1]).toBe(events[0])
})

it('an enclosed one without its envelope, and with its ports', () => {
  const port = traced()
  const listener = vi.fn()
  port.on('message', listener)
  const ports = [{}]
  port.emit('message', { data: encloseContext(null, LOOKS_ENCLOSED), ports })
  expect(listener.mock.calls).toEqual([[{ data: LOOKS_ENCLOSED, ports }]])
  expect(listener.mock.calls[0]?.[0].ports).toBe(ports)
})

it('what is posted goes as it is, and other events too', () => {
  const port = traced()
  const message = { id: 7 }
  port.postMessage(message)
  expect(port.posted).toEqual([message])
  expect(port.posted[0]).toBe(message)
  const close = vi.fn()
  port.on('close', close)
  expect([port.emit('close', 1), port.emit('message'), port.emit('nothing')]).toEqual([true, false, false])
  expect(close).toHaveBeenCalledExactlyOnceWith(1)
})

it('an error of a listener or of the port stays the caller’s', () => {
  const port = new Port()
  port.postMessage = () => {
    throw new TypeError('cannot be cloned')
  }
  traceParentPort(port as unknown as ParentPort, null)
  port.on('message', () => {
    throw new Error('a defect of the listener')
  })
  expect(() => port.postMessage(() => {})).toThrow('cannot be cloned')
  expect(() => port.emit('message', { data: 1, ports: [] })).toThrow('a defect of the listener')
})

it('the port shows nothing of it', () => {
  const before = new Port()
  expect(Object.keys(traced())).toEqual(Object.keys(before))
})
