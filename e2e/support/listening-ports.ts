import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** State TCP_LISTEN in the column `st` of /proc/net/tcp. */
const LISTEN = '0A'

/** The TCP ports that a process listens on. Linux only; see proc(5). */
export function listeningPorts(pid: number): number[] {
  const inodes = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => inodeOf(`/proc/${pid}/fd/${fd}`)))
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && inodes.has(fields[9]))
      .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)),
  )
}

function inodeOf(link: string): string | undefined {
  try {
    return readlinkSync(link).match(/^socket:\[(\d+)\]$/)?.[1]
  } catch {
    // It was closed after it was listed.
    return undefined
  }
}
