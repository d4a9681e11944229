import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import type { StudioMonitorEvents } from './events'
import { FORWARDED_EVENTS, forwardToWindow } from './forward-events'

function openWindow() {
  const window = {
    sent: [] as unknown[],
    destroyed: false,
    isDestroyed: () => window.destroyed,
    send: (...args: unknown[]) => void window.sent.push(args),
  }
  return window
}

it('passes events on as plain data, until it is ended', () => {
  const [monitor, window] = [new EventEmitter<StudioMonitorEvents>(), openWindow()]
  const stop = forwardToWindow(monitor, window)
  monitor.emit('state', 'running')
  monitor.emit('ready', { pid: 7, url: null })
  // What the backend posts is between it and the app.
  monitor.emit('message', { some: 'thing' })
  expect(window.sent).toEqual([
    ['studio-monitor', { name: 'state', payload: 'running' }],
    ['studio-monitor', { name: 'ready', payload: { pid: 7, url: null } }],
  ])
  stop()
  monitor.emit('state', 'stopped')
  expect(window.sent).toHaveLength(2)
  expect(FORWARDED_EVENTS.map((name) => monitor.listenerCount(name))).toEqual(FORWARDED_EVENTS.map(() => 0))
})

it('sends nothing to a window that is destroyed, and what was asked for alone', () => {
  const [monitor, window] = [new EventEmitter<StudioMonitorEvents>(), openWindow()]
  forwardToWindow(monitor, window, { channel: 'mine', events: ['message'] })
  monitor.emit('state', 'running')
  monitor.emit('message', { call: () => {}, text: 'a' })
  expect(window.sent).toEqual([['mine', { name: 'message', payload: { text: 'a' } }]])
  window.destroyed = true
  monitor.emit('message', 'b')
  expect(window.sent).toHaveLength(1)
  expect(monitor.listenerCount('message')).toBe(0)
})
