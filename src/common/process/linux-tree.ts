import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { parsePageBytes, parseProcStat } from './proc-stat'
import { type ProcessRow, type ProcessTree, TreeMembership, type TreeReader } from './process-tree'

/**
 * Processes of others are looked at once, and again after so many readings: an outsider never becomes a descendant,
 * but its pid may come to be another process's.
 */
const OUTSIDERS_KEPT = 30
/** A `/proc/<pid>/stat` takes 200 to 350 bytes. */
const STAT_BYTES = 1024

export interface LinuxTreeOptions {
  /**
   * `NAME=value` in the environment that the root got from its parent, and gave to all of its own: what leaves the
   * tree between two readings (a daemon's double fork takes a millisecond) is known by it.
   */
  readonly marker?: string
  readonly proc?: string
}

/** The process tree by Linux's `/proc`. Synchronous, built-ins only. */
export class LinuxTree implements TreeReader {
  readonly #proc: string
  readonly #marker: string | null
  readonly #pageBytes: number
  readonly #membership: TreeMembership
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES)
  #outsiders = new Set<string>()
  #readings = 0

  constructor(root: number, { marker, proc = '/proc' }: LinuxTreeOptions = {}) {
    this.#proc = proc
    this.#marker = marker ?? null
    this.#pageBytes = readPageBytes(proc)
    this.#membership = new TreeMembership(root, { claims: (row) => this.#isMarked(row) })
    // Who starts later may be its: a root that is gone at the first reading is known all the same.
    const row = this.#row(String(root))
    if (row) this.#membership.update([row])
  }

  read(): ProcessTree | null {
    try {
      return this.#read()
    } catch {
      return null
    }
  }

  #read(): ProcessTree {
    if (this.#readings++ % OUTSIDERS_KEPT === 0) this.#outsiders.clear()
    const pids = readdirSync(this.#proc).filter(isPid)
    const candidates = pids.filter((pid) => !this.#outsiders.has(pid))
    const rows = candidates.flatMap((pid) => this.#row(pid) ?? [])
    const tree = this.#membership.update(rows)
    // Only who runs is kept: a pid that comes back is looked at anew.
    this.#outsiders = new Set(pids.filter((pid) => !this.#membership.has(Number(pid))))
    return tree
  }

  /** `null` for a process that has gone in the meantime. */
  #row(pid: string): ProcessRow | null {
    let file: number
    try {
      file = openSync(`${this.#proc}/${pid}/stat`, 'r')
    } catch {
      return null
    }
    try {
      const length = readSync(file, this.#buffer, 0, STAT_BYTES, 0)
      return parseProcStat(this.#buffer.toString('utf8', 0, length), this.#pageBytes)
    } catch {
      return null
    } finally {
      closeSync(file)
    }
  }

  #isMarked({ pid }: ProcessRow): boolean {
    if (this.#marker === null) return false
    try {
      // Entries end with a NUL (proc_pid_environ(5)).
      return readFileSync(`${this.#proc}/${pid}/environ`, 'utf8').split('\0').includes(this.#marker)
    } catch {
      // Another user's.
      return false
    }
  }
}

function isPid(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 48 && first <= 57
}

function readPageBytes(proc: string): number {
  const wordBytes = process.arch === 'arm' || process.arch === 'ia32' ? 4 : 8
  try {
    return parsePageBytes(readFileSync(`${proc}/self/auxv`), wordBytes)
  } catch {
    return parsePageBytes(Buffer.alloc(0), wordBytes)
  }
}
