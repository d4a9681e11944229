import { environmentOf, listPids, PROC, readPageBytes, readStatText } from './proc'
import { parseProcessRow } from './proc-stat'
import { type ProcessRow, type ProcessTree, TreeMembership, type TreeReader } from './process-tree'

/**
 * Processes of others are looked at once, and again after so many readings: an outsider never becomes a descendant,
 * but its pid may come to be another process's.
 */
const OUTSIDERS_KEPT = 30

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
  #outsiders = new Set<string>()
  #readings = 0

  constructor(root: number, { marker, proc = PROC }: LinuxTreeOptions = {}) {
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
    const pids = listPids(this.#proc)
    const candidates = pids.filter((pid) => !this.#outsiders.has(pid))
    const rows = candidates.flatMap((pid) => this.#row(pid) ?? [])
    const tree = this.#membership.update(rows)
    // Only who runs is kept: a pid that comes back is looked at anew.
    this.#outsiders = new Set(pids.filter((pid) => !this.#membership.has(Number(pid))))
    return tree
  }

  /** `null` for a process that has gone in the meantime. */
  #row(pid: string): ProcessRow | null {
    const text = readStatText(pid, this.#proc)
    return text === null ? null : parseProcessRow(text, this.#pageBytes)
  }

  #isMarked({ pid }: ProcessRow): boolean {
    return this.#marker !== null && environmentOf(pid, this.#proc).includes(this.#marker)
  }
}
