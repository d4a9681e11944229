import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { ensureFolder } from '../../../common/storage/data-folder'
import { readMinidump } from './minidump'
import { type NativeCrash, nativeCrashOf } from './native-crash'

/** The folders in which Crashpad keeps finished minidumps, one or the other of them by the system. */
const FOLDERS = ['pending', 'completed', 'new', 'reports'] as const
const MINIDUMP = /\.dmp$/
/** Newest minidumps that are looked at for the one of a process. */
const MAX_LOOKED_AT = 8
/** Largest minidump that is read or kept, in bytes: Crashpad's own are some 100 kB. */
const MAX_BYTES = 16 * 2 ** 20
/** Time by which a file may be dated before the process began, in milliseconds: file systems round. */
const ROUNDING_MS = 2_000
/** Minidumps kept, and the bytes of all of them together. */
const [MAX_KEPT, MAX_KEPT_BYTES] = [10, 32 * 2 ** 20]

/** A crash, and the minidump that tells of it. */
export interface DumpedCrash extends NativeCrash {
  readonly file: string
}

export interface CrashDumpsOptions {
  /** Crashpad's folder. */
  readonly from: string
  /** The folder in which those of the backend are kept. */
  readonly to: string
  /** True if nobody else wants the minidumps in Crashpad's folder. */
  readonly isOurs: boolean
}

/** The minidumps that Crashpad writes of crashed backends. It has finished one before the process ends. */
export class CrashDumps {
  constructor(private readonly options: CrashDumpsOptions) {}

  /**
   * Finds the crash of a process; `null` where there is no minidump of it, or none that can be read.
   * @param since its start; wall clock, milliseconds since the epoch
   */
  find(pid: number, since: number): DumpedCrash | null {
    const recent = FOLDERS.flatMap((name) => minidumpsIn(path.join(this.options.from, name)))
      .filter(({ at, bytes }) => at >= since - ROUNDING_MS && bytes <= MAX_BYTES)
      .toSorted((a, b) => b.at - a.at)
    for (const { file } of recent.slice(0, MAX_LOOKED_AT)) {
      const crash = crashIn(file, pid)
      if (crash) return crash
    }
    return null
  }

  /**
   * Keeps a minidump under a name of ours, and no more than are allowed.
   * @throws the system's error
   */
  keep({ file }: DumpedCrash, name: string): void {
    ensureFolder(this.options.to, Date.now())
    const copy = path.join(this.options.to, `${name}.dmp`)
    copyFileSync(file, copy)
    chmodSync(copy, 0o600)
    this.discard({ file })
    let [count, bytes] = [0, 0]
    for (const kept of minidumpsIn(this.options.to).toSorted((a, b) => b.at - a.at)) {
      count += 1
      bytes += kept.bytes
      if (count > MAX_KEPT || bytes > MAX_KEPT_BYTES) rmSync(kept.file, { force: true })
    }
  }

  /** Removes a minidump that says nothing new, with Crashpad's note of it, if nobody else wants it. */
  discard({ file }: Pick<DumpedCrash, 'file'>): void {
    if (!this.options.isOurs) return
    for (const one of [file, file.replace(MINIDUMP, '.meta')]) rmSync(one, { force: true })
  }
}

function crashIn(file: string, pid: number): DumpedCrash | null {
  try {
    const dump = readMinidump(readFileSync(file))
    return dump.processId === pid ? { ...nativeCrashOf(dump), file } : null
  } catch {
    return null
  }
}

function minidumpsIn(folder: string) {
  try {
    return readdirSync(folder)
      .filter((name) => MINIDUMP.test(name))
      .flatMap((name) => {
        const file = path.join(folder, name)
        const stats = statSync(file, { throwIfNoEntry: false })
        return stats?.isFile() ? [{ file, at: stats.mtimeMs, bytes: stats.size }] : []
      })
  } catch {
    // No such folder, or one that may not be read.
    return []
  }
}
