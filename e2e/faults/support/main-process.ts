import { readdirSync, readFileSync } from 'node:fs'
import { BACKEND_MARKER } from '../../../src/common/protocol/messages'
import { isRunOf } from '../../../src/main/backend/run-marker'

/** Memory and descriptors of a process. Linux. */
export interface Holdings {
  readonly descriptors: number
  /**
   * Its own resident memory. Not that of mapped files: the pages of Electron's executable that a first death runs, 5 MiB
   * (measured), are the kernel's to drop, and stay for the next.
   */
  readonly ownBytes: number
}

export function holdings(pid: number): Holdings {
  const kib = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kib === undefined) throw new Error(`process ${pid} has no resident memory: it ends`)
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, ownBytes: Number(kib) * 1024 }
}

/** The backends of this data folder's app, and all that they started, even if it has left its parent. */
export function markedProcesses(dataFolder: string): number[] {
  const mark = `${BACKEND_MARKER}=`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const marker = environment(pid).find((entry) => entry.startsWith(mark))
      return marker !== undefined && isRunOf(dataFolder, marker.slice(mark.length))
    })
}

function environment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}
