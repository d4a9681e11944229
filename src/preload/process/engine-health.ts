import { channel } from 'node:diagnostics_channel'
import { ENGINE_HEALTH } from '../../common/protocol/engine-unresponsive'
import type { BackendMessage } from '../../common/protocol/messages'
import type { MonitorPort } from './monitor-port'

/** Passes on to main what the engine's runner in this process finds of the engine's health. */
export function passOnEngineHealth(port: Pick<MonitorPort, 'send'>): void {
  channel(ENGINE_HEALTH).subscribe((message) => port.send(message as BackendMessage))
}
