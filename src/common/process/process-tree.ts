/** One running process, as the system lists it. */
export interface ProcessRow {
  readonly pid: number
  readonly ppid: number
  /** The system's short name: 15 characters on Linux. */
  readonly name: string
  readonly rssBytes: number
  /**
   * When it started, in the system's own unit and from its own origin: with the pid it names one process for good,
   * as pids are used again.
   */
  readonly startTime: number
}

/** A process and its living descendants at one moment. */
export interface ProcessTree {
  /** The process itself first, if it lives. */
  readonly processes: readonly ProcessRow[]
  /** The sum: memory that processes share counts in each of them. */
  readonly rssBytes: number
}

/** Reads one process tree again and again. */
export interface TreeReader {
  /** `null` when the processes of this machine cannot be listed. Never throws or rejects. */
  read(): ProcessTree | null | Promise<ProcessTree | null>
}

export interface MembershipOptions {
  /** Whether two start times are the same one; for systems that tell them in whole seconds of the wall clock. */
  readonly startTolerance?: number
  /** Whether a process that is not below the root belongs to it all the same; asked of new processes only. */
  readonly claims?: (row: ProcessRow) => boolean
}

/**
 * Who belongs to a process: its descendants, and those that once were: a daemon leaves its parent, and is then a
 * child of the system's first process.
 */
export class TreeMembership {
  readonly #root: number
  readonly #tolerance: number
  readonly #claims: (row: ProcessRow) => boolean
  /** Pid to start time. */
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

  /** The members among `rows`, which are all processes that run, or all that may be members. */
  update(rows: readonly ProcessRow[]): ProcessTree {
    const byPid = new Map(rows.map((row) => [row.pid, row]))
    this.#forgetGone(byPid)
    this.#findRoot(byPid)
    const childrenOf = groupByParent(rows)
    for (const row of rows) if (this.#isClaimed(row)) this.#members.set(row.pid, row.startTime)
    // A Map's iteration meets what is added on the way.
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

  /** Windows never corrects the parent of an orphan: that pid may be another process's by now. */
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
