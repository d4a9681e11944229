import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Time for a port to become free after an engine has exited, in milliseconds. */
const FREE_WITHIN_MS = 10_000
const LOOK_MS = 250
const CONNECT_MS = 1_000

/**
 * True if something listens on the port: an engine started now could not, and its API would be another
 * program's.
 */
export function isPortTaken(url: URL): Promise<boolean> {
  const { host, port } = addressOf(url)
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: CONNECT_MS })
    const settle = (isTaken: boolean) => {
      socket.destroy()
      resolve(isTaken)
    }
    socket.once('connect', () => settle(true))
    socket.once('timeout', () => settle(false))
    socket.once('error', () => settle(false))
  })
}

/**
 * Waits until the port is free.
 * @throws if it is still in use after ten seconds
 */
export async function waitForFreePort(url: URL, withinMs: number = FREE_WITHIN_MS): Promise<void> {
  const until = performance.now() + withinMs
  while (await isPortTaken(url)) {
    if (performance.now() > until) throw new Error(portTaken(url))
    await sleep(LOOK_MS)
  }
}

/** The message for a port that is in use. */
export function portTaken(url: URL): string {
  const { host, port } = addressOf(url)
  return `port ${port} on ${host} is in use: stop that program or choose another port`
}

function addressOf({ hostname, port, protocol }: URL): { host: string; port: number } {
  // `net` takes an IPv6 address without its brackets.
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}
