import type { MessagePortMain, ParentPort } from 'electron'
import {
  type BackendMessage,
  type Hello,
  type MonitorMessage,
  parseHello,
  parseMonitorMessage,
} from '../../common/protocol/messages'

/** The monitor's own port to main. */
export interface MonitorPort {
  /** Sends a message. Never throws: a broken port must not disturb the backend. */
  send(message: BackendMessage): void
  onMessage(listener: (message: MonitorMessage) => void): void
}

/**
 * Takes the monitor's port from the first message on `parentPort`. After that its only listener is removed
 * and the port pauses: what main sent for the backend waits there until the backend listens.
 */
export function openMonitorPort(
  parentPort: ParentPort,
  opened: (port: MonitorPort, hello: Hello) => void,
): void {
  parentPort.once('message', ({ data, ports: [port] }) => {
    const hello = parseHello(data)
    if (hello && port) opened(monitorPort(port), hello)
  })
}

function monitorPort(port: MessagePortMain): MonitorPort {
  return {
    send(message) {
      try {
        port.postMessage(message)
      } catch {
        // The app is gone, and this process will exit with it.
      }
    },
    onMessage(listener) {
      port.on('message', ({ data }) => {
        const message = parseMonitorMessage(data)
        if (message) listener(message)
      })
      port.start()
    },
  }
}
