import type { EventEmitter } from 'node:events'
import type { StudioMonitorEvents } from './events'

type EventName = keyof StudioMonitorEvents

/** The part of Electron's `webContents` that is needed. */
export interface EventWindow {
  isDestroyed(): boolean
  send(channel: string, ...args: unknown[]): void
}

export interface ForwardOptions {
  /** The channel that the window listens on by `ipcRenderer`; `studio-monitor` if not given. */
  readonly channel?: string
  /** The events that are passed on; all but `message` if not given. */
  readonly events?: readonly EventName[]
}

export const FORWARDED_EVENTS: readonly EventName[] = [
  'state',
  'ready',
  'output',
  'job',
  'job-forecast',
  'job-held',
  'recycled',
  'job-failed',
  'incident',
  'health',
  'ended',
]

/**
 * Passes events on to a window: `ipcRenderer.on(channel, (_event, { name, payload }) => …)`. Plain data alone; nothing once
 * the window is destroyed.
 * @param contents the window's `webContents`
 * @returns what ends it
 */
export function forwardToWindow(
  monitor: EventEmitter<StudioMonitorEvents>,
  contents: EventWindow,
  { channel = 'studio-monitor', events = FORWARDED_EVENTS }: ForwardOptions = {},
): () => void {
  const listeners = events.map((name) => {
    const listener = (payload: unknown) => {
      if (contents.isDestroyed()) stop()
      else contents.send(channel, { name, payload: plain(payload) })
    }
    return { name, listener }
  })
  const stop = () => {
    for (const { name, listener } of listeners) monitor.off(name, listener)
  }
  for (const { name, listener } of listeners) monitor.on(name, listener)
  return stop
}

/** The payload as JSON has it: what a backend posts may hold what no window can take. */
function plain(payload: unknown): unknown {
  return payload === undefined ? null : JSON.parse(JSON.stringify(payload))
}
