import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { parsePageBytes, parseProcStat } from './proc-stat'
import { type ProcessRow, type ProcessTree, TreeMembership, type TreeReader } from './process-tree'

/**
 * Number of readings after which other processes are read again: an outsider never becomes a descendant, but
 * its pid may be reused.
 */
const OUTSIDERS_KEPT = 30
/** Buffer for one `/proc/<pid>/stat`, which takes 200 to 350 bytes. */
const STAT_BYTES = 1024

export interface LinuxTreeOptions {
  /**
   * `NAME=value` in the environment that the root inherited and passes on to its descendants: it identifies
   * those that leave the tree between two readings (a daemon's double fork takes a millisecond).
   */
  readonly marker?: string
  readonly proc?: string
}

/** Reads the process tree from Linux's `/proc`. Synchronous, built-ins only. */
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
    // A process that starts later may be a descendant, even if the root is gone at the first reading.
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
    // Only running processes are kept: a pid that is reused is read again.
    this.#outsiders = new Set(pids.filter((pid) => !this.#membership.has(Number(pid))))
    return tree
  }

  /** Reads one process; `null` if it has gone in the meantime. */
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
      // Another user's process.
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
