import { environmentOf, listPids, PROC, readPageBytes, readStatText } from './proc'
import { parseProcessRow } from './proc-stat'
import { type ProcessRow, type ProcessTree, TreeMembership, type TreeReader } from './process-tree'

/**
 * Number of readings after which other processes are read again: an outsider never becomes a descendant, but
 * its pid may be reused.
 */
const OUTSIDERS_KEPT = 30

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
  #outsiders = new Set<string>()
  #readings = 0

  constructor(root: number, { marker, proc = PROC }: LinuxTreeOptions = {}) {
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
    const pids = listPids(this.#proc)
    const candidates = pids.filter((pid) => !this.#outsiders.has(pid))
    const rows = candidates.flatMap((pid) => this.#row(pid) ?? [])
    const tree = this.#membership.update(rows)
    // Only running processes are kept: a pid that is reused is read again.
    this.#outsiders = new Set(pids.filter((pid) => !this.#membership.has(Number(pid))))
    return tree
  }

  /** Reads one process; `null` if it has gone in the meantime. */
  #row(pid: string): ProcessRow | null {
    const text = readStatText(pid, this.#proc)
    return text === null ? null : parseProcessRow(text, this.#pageBytes)
  }

  #isMarked({ pid }: ProcessRow): boolean {
    return this.#marker !== null && environmentOf(pid, this.#proc).includes(this.#marker)
  }
}
