import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessRow, TreeReader } from '../../common/process/process-tree'
import { runTaskkill } from '../../common/process/taskkill'

/** Time from terminating to killing, in milliseconds. */
const TERMINATE_MS = 2_000
/** Time for killed processes to be gone, in milliseconds: one that waits for a dead disk never is. */
const KILL_MS = 3_000
/**
 * Interval between readings, in milliseconds: reading `/proc` takes two, elsewhere a process has to be
 * started.
 */
const LOOK_MS = process.platform === 'linux' ? 50 : 700
/**
 * Rounds of stopping processes: stopped ones do not fork, so what is still new after that was started by
 * another process.
 */
const MAX_FREEZES = 20

export interface KillTreeOptions {
  /** The reader that has been watching the tree: it knows the daemons that have left it. */
  readonly tree: TreeReader
  readonly platform?: NodeJS.Platform
  readonly signal?: (pid: number, signal: NodeJS.Signals) => void
  readonly taskkill?: (pids: readonly number[]) => Promise<void>
  readonly clock?: {
    /** Monotonic, in milliseconds. */
    now(): number
    sleep(ms: number): Promise<unknown>
  }
}

export interface TreeEnd {
  /** Every process that was signalled. */
  readonly ended: readonly ProcessRow[]
  /** The processes that survived; `null` if they could no longer be listed. */
  readonly survivors: readonly ProcessRow[] | null
}

/**
 * Kills a process and all of its descendants: terminates them, after 2 s kills what is left or has been
 * started meanwhile, and checks that they are gone. Only processes that were just read are signalled, so
 * never one with a reused pid. Never rejects.
 */
export function killTree(options: KillTreeOptions): Promise<TreeEnd> {
  return new TreeKill(options).run()
}

class TreeKill {
  readonly #options: Required<KillTreeOptions>
  readonly #ended = new Map<string, ProcessRow>()

  constructor(options: KillTreeOptions) {
    this.#options = {
      platform: process.platform,
      signal: process.kill,
      taskkill: runTaskkill,
      clock: { now: () => performance.now(), sleep: (ms) => sleep(ms) },
      ...options,
    }
  }

  async run(): Promise<TreeEnd> {
    // Windows has no way to ask a process without windows.
    if (this.#options.platform === 'win32') await this.#repeat(KILL_MS, (rows) => this.#taskkill(rows))
    else {
      await this.#repeat(TERMINATE_MS, (rows) => this.#terminate(rows))
      await this.#repeat(KILL_MS, () => this.#kill())
    }
    return { ended: [...this.#ended.values()], survivors: await this.#read() }
  }

  /** Reads the tree and acts on what is there, until nothing is or the time is up. */
  async #repeat(forMs: number, act: (rows: readonly ProcessRow[]) => Promise<void> | void): Promise<void> {
    const { clock } = this.#options
    const until = clock.now() + forMs
    do {
      const rows = await this.#read()
      if (!rows || rows.length === 0) return
      await act(rows)
      await clock.sleep(LOOK_MS)
    } while (clock.now() < until)
  }

  /** Terminates each process once: some take a second SIGTERM as "at once". */
  #terminate(rows: readonly ProcessRow[]): void {
    for (const row of rows) {
      if (!this.#ended.has(keyOf(row))) this.#signal(row, 'SIGTERM')
    }
  }

  /**
   * Stops the processes before killing them: one that is killed while it forks leaves a child that nobody
   * knows.
   */
  async #kill(): Promise<void> {
    const frozen = new Map<string, ProcessRow>()
    for (let round = 0; round < MAX_FREEZES; round += 1) {
      const fresh = ((await this.#read()) ?? []).filter((row) => !frozen.has(keyOf(row)))
      if (fresh.length === 0) break
      for (const row of fresh) {
        frozen.set(keyOf(row), row)
        this.#signal(row, 'SIGSTOP')
      }
    }
    for (const row of frozen.values()) this.#signal(row, 'SIGKILL')
  }

  async #taskkill(rows: readonly ProcessRow[]): Promise<void> {
    for (const row of rows) this.#ended.set(keyOf(row), row)
    await this.#options.taskkill(rows.map(({ pid }) => pid)).catch(() => {})
  }

  #signal(row: ProcessRow, signal: NodeJS.Signals): void {
    this.#ended.set(keyOf(row), row)
    try {
      this.#options.signal(row.pid, signal)
    } catch {
      // It has just gone, or is another user's: then it is among the survivors.
    }
  }

  async #read(): Promise<readonly ProcessRow[] | null> {
    try {
      // To kill(2), 0 and -1 mean a group and everybody, and 1 is init; this process must not kill itself.
      const isOurs = ({ pid }: ProcessRow) => pid > 1 && pid !== process.pid
      return (await this.#options.tree.read())?.processes.filter(isOurs) ?? null
    } catch {
      return null
    }
  }
}

/** The processes that could not be ended, as the end of a sentence about them; `null` for none. */
export function describeSurvivors({ survivors }: TreeEnd): string | null {
  if (survivors === null) return 'cannot be listed any more: whether all have ended is not known'
  if (survivors.length === 0) return null
  return `could not be ended: ${survivors.map(({ name, pid }) => `${name} (process ${pid})`).join(', ')}`
}

function keyOf({ pid, startTime }: ProcessRow): string {
  return `${pid}:${startTime}`
}
