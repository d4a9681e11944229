import { readdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { UtilityProcess } from 'electron'
import { isDying } from '../../../common/process/dying'
import { setProcessPriority } from '../../../common/process/priority'
import { parseStandingBy, STANDBY_VARIABLE } from '../../../common/protocol/standby'
import { endForked, type ForkedProcess, forkProcess } from '../../backend/forked-process'
import { ReplacedFiles } from '../../startup/replaced-files'
import type { ProcessOptions } from './process-options'

/** Time for a process that runs nothing to be gone, in milliseconds. */
const END_MS = 1_000

export interface SpareOptions {
  readonly options: ProcessOptions
  readonly marker: string
  /** True to load at a low priority: it must be possible to raise it again. */
  readonly isSlow: boolean
  /** Called once it has loaded what is ours. */
  readonly onStandingBy: () => void
  /** Called when it has died before it was handed on or ended. */
  readonly onDied: () => void
}

/** A process that has loaded what is ours and waits for a backend to run. */
export class Spare {
  readonly #forked: ForkedProcess
  readonly #options: SpareOptions
  readonly #files: ReplacedFiles
  #residentBytes: number | null = null

  /** @throws if it cannot be forked */
  constructor(options: SpareOptions) {
    this.#options = options
    this.#files = new ReplacedFiles(loadedFiles(options.options.bootstrap))
    const { marker, options: asked } = options
    this.#forked = forkProcess({ ...asked, env: { ...asked.env, [STANDBY_VARIABLE]: '1' }, marker })
    const { child } = this.#forked
    child.on('exit', this.#onExit)
    child.on('message', this.#onMessage)
    if (options.isSlow) child.once('spawn', () => trySetPriority(child, os.constants.priority.PRIORITY_LOW))
  }

  get pid(): number | null {
    return this.#forked.child.pid ?? null
  }

  /** Its resident memory when it had loaded, in bytes; `null` before. */
  get residentBytes(): number | null {
    return this.#residentBytes
  }

  /** True if a fork for this backend would be the same process: what goes with the first message may differ. */
  isFor(options: ProcessOptions): boolean {
    return (
      isDeepStrictEqual(forkedWith(options), forkedWith(this.#options.options)) && this.#files.find() === null
    )
  }

  /** True if it may be handed on. A process that has just died may not have been told of by Electron yet. */
  get isWaiting(): boolean {
    const { pid } = this
    if (pid === null || this.#residentBytes === null) return false
    return process.platform !== 'linux' || !isDying(pid)
  }

  /** Gives it away: it is the caller's from now on. */
  hand(): ForkedProcess {
    this.#leave()
    return this.#forked
  }

  /** Ends it; settles when it is gone, or after a time that no kill takes. */
  async end(): Promise<void> {
    this.#leave()
    const { child } = this.#forked
    const gone = new Promise<true>((resolve) => child.once('exit', () => resolve(true)))
    endForked(this.#forked)
    if (await Promise.race([gone, sleep(END_MS, false)])) return
    // One that is stopped, as by a debugger, hears of no other signal.
    if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    await Promise.race([gone, sleep(END_MS, false)])
  }

  readonly #onExit = () => {
    const { port, theirs } = this.#forked
    port.close()
    theirs.close()
    this.#options.onDied()
  }

  readonly #onMessage = (message: unknown) => {
    const told = parseStandingBy(message)
    if (!told) return
    const { child } = this.#forked
    // A backend that stays slow is worse than none that waits.
    if (this.#options.isSlow && !trySetPriority(child, os.constants.priority.PRIORITY_NORMAL)) child.kill()
    this.#residentBytes = told.residentBytes
    this.#options.onStandingBy()
  }

  #leave(): void {
    const { child } = this.#forked
    child.off('exit', this.#onExit)
    child.off('message', this.#onMessage)
  }
}

/** All that a process gets by its fork, but for the program and its arguments. */
function forkedWith({ bootstrap, cwd, env, heapLimitBytes }: ProcessOptions): unknown {
  return { bootstrap, cwd, env, heapLimitBytes }
}

/** The files of ours that a process loads, those of an archive among them, which count by the archive itself. */
function loadedFiles(bootstrap: string): string[] {
  const own = path.dirname(bootstrap)
  return [own, path.join(own, '../dd-trace')].flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => path.join(folder, name))
    } catch {
      return []
    }
  })
}

function trySetPriority({ pid }: UtilityProcess, priority: number): boolean {
  if (pid === undefined) return false
  try {
    setProcessPriority(pid, priority)
    return true
  } catch {
    return false
  }
}
