/** One running process, as the system lists it. */
export interface ProcessRow {
  readonly pid: number
  readonly ppid: number
  /** The system's short name, 15 characters on Linux. */
  readonly name: string
  readonly rssBytes: number
  /**
   * The start time, in the system's own unit and from its own origin: pids are reused, so pid and start time
   * together identify a process.
   */
  readonly startTime: number
}

/** A process and its living descendants at one moment. */
export interface ProcessTree {
  /** The root first, if it lives, then its descendants. */
  readonly processes: readonly ProcessRow[]
  /** The sum of the resident sets: shared memory counts once in each process. */
  readonly rssBytes: number
}

/** Reads one process tree repeatedly. */
export interface TreeReader {
  /** Reads the tree; `null` if the processes of this machine cannot be listed. Never throws or rejects. */
  read(): ProcessTree | null | Promise<ProcessTree | null>
}

export interface MembershipOptions {
  /**
   * Tolerance in comparing two start times, for systems that give them in whole seconds of the wall clock.
   */
  readonly startTolerance?: number
  /**
   * True if a process that is not below the root belongs to it all the same; called for new processes only.
   */
  readonly claims?: (row: ProcessRow) => boolean
}

/**
 * The members of a process's tree: its descendants, present and former. A daemon leaves its parent and
 * becomes a child of the system's first process.
 */
export class TreeMembership {
  readonly #root: number
  readonly #tolerance: number
  readonly #claims: (row: ProcessRow) => boolean
  /** Start times by pid. */
  readonly #members = new Map<number, number>()
  #rootStart: number | null = null

  constructor(root: number, { startTolerance = 0, claims = () => false }: MembershipOptions = {}) {
    this.#root = root
    this.#tolerance = startTolerance
    this.#claims = claims
  }

  has(pid: number): boolean {
    return this.#members.has(pid)
  }

  /** Finds the members among `rows`: all running processes, or all that may be members. */
  update(rows: readonly ProcessRow[]): ProcessTree {
    const byPid = new Map(rows.map((row) => [row.pid, row]))
    this.#forgetGone(byPid)
    this.#findRoot(byPid)
    const childrenOf = groupByParent(rows)
    for (const row of rows) if (this.#isClaimed(row)) this.#members.set(row.pid, row.startTime)
    // Iterating over a Map also visits entries added meanwhile.
    for (const [pid, startTime] of this.#members) {
      for (const child of childrenOf.get(pid) ?? []) {
        if (this.#isAfter(child, startTime) && !this.#members.has(child.pid)) {
          this.#members.set(child.pid, child.startTime)
        }
      }
    }
    return treeOf([...this.#members.keys()].flatMap((pid) => byPid.get(pid) ?? []))
  }

  #forgetGone(byPid: ReadonlyMap<number, ProcessRow>): void {
    for (const [pid, startTime] of this.#members) {
      const row = byPid.get(pid)
      if (!row || Math.abs(row.startTime - startTime) > this.#tolerance) this.#members.delete(pid)
    }
  }

  #findRoot(byPid: ReadonlyMap<number, ProcessRow>): void {
    if (this.#rootStart !== null) return
    const row = byPid.get(this.#root)
    if (!row) return
    this.#rootStart = row.startTime
    this.#members.set(row.pid, row.startTime)
  }

  #isClaimed(row: ProcessRow): boolean {
    return (
      this.#rootStart !== null &&
      !this.#members.has(row.pid) &&
      this.#isAfter(row, this.#rootStart) &&
      this.#claims(row)
    )
  }

  /**
   * True if a process started after its supposed parent: Windows never updates the parent of an orphan, and
   * that pid may have been reused.
   */
  #isAfter(row: ProcessRow, startTime: number): boolean {
    return row.startTime >= startTime - this.#tolerance
  }
}

function groupByParent(rows: readonly ProcessRow[]): ReadonlyMap<number, readonly ProcessRow[]> {
  const groups = new Map<number, ProcessRow[]>()
  for (const row of rows) {
    const siblings = groups.get(row.ppid)
    if (siblings) siblings.push(row)
    else groups.set(row.ppid, [row])
  }
  return groups
}

export function treeOf(processes: readonly ProcessRow[]): ProcessTree {
  return { processes, rssBytes: processes.reduce((sum, { rssBytes }) => sum + rssBytes, 0) }
}
