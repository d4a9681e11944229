import { channel } from 'node:diagnostics_channel'
import type { MonitorPort } from './monitor-port'

/** The engine's runner runs as a backend does, without the monitor's port: a channel leads to it. */
const written = channel('studio-monitor.profiles-written')

/** Says that there is a new set of profiles on disk. */
export function sayProfilesWritten(): void {
  written.publish({})
}

/** Tells main of what `sayProfilesWritten` says in this process. */
export function passOnWrittenProfiles(port: Pick<MonitorPort, 'send'>): void {
  written.subscribe(() => port.send({ type: 'profiles-written' }))
}
