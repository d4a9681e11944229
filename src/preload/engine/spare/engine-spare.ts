import type { ChildProcess } from 'node:child_process'
import { channel, subscribe } from 'node:diagnostics_channel'
import os from 'node:os'
import { type EngineNews, RUNNER_NEWS } from '../../../common/protocol/runner-channel'
import { isSame, type SpareOf, spareCommand } from './spare-plan'
import { SpareProcess, type SpareWork } from './spare-process'
import { hasRoomForSpare, isTooShortForSpare } from './spare-room'

/** The time that a ready engine has for itself before its spare is made, in milliseconds. */
const AFTER_READY_MS = 1_000
/** How often the machine's memory is looked at, in milliseconds. */
const LOOK_MS = 5_000
/** The time after which one that has ended is made anew, doubled each time in a row that none came to wait. In milliseconds. */
const AGAIN_MS = 10_000
/** So many in a row that never came to wait are enough. */
const MOST_FAILURES = 3
/** The time that one which had to give its memory back stays away, in milliseconds. */
const SHORT_MS = 10 * 60_000

/** The things that the next spare is made of. */
export interface SpareRecipe {
  readonly of: SpareOf
  /** The environment that it starts with: the engine's, with the probe's folder in front, without the probe's socket. */
  readonly environment: Readonly<Record<string, string>>
  readonly launcher: string
  readonly work: SpareWork
  /** The resident memory of the ready engine, in bytes; `null` where it is not known. */
  readonly residentBytes: number | null
}

/** Keeps one spare of the engine that runs: made in the background, given up while memory is short, made anew when it ends. */
export class EngineSpare {
  readonly #say: (line: string) => void
  #recipe: SpareRecipe | null = null
  #process: SpareProcess | null = null
  #timer: NodeJS.Timeout | null = null
  #failures = 0
  #isShortTold = false

  constructor({ say }: { readonly say: (line: string) => void }) {
    this.#say = say
    const watch = setInterval(() => this.#look(), LOOK_MS)
    watch.unref()
    subscribe('studio.memory-pressure', () => this.#giveBack('the engine is near its memory limit'))
    // Its standard input ends with this process, by which it would end too: a little later.
    process.once('exit', () => this.#process?.end())
  }

  /** True while there is one that could be the next engine. */
  get isThere(): boolean {
    return this.#process?.lives ?? false
  }

  /** An engine is ready: the next spare is like it. */
  prepare(recipe: SpareRecipe): void {
    this.#end()
    this.#recipe = recipe
    this.#failures = 0
    this.#make(AFTER_READY_MS)
  }

  /** There is to be none from here on. */
  stop(): void {
    this.#recipe = null
    this.#end()
  }

  /** There is none, for a reason that is told. */
  refuse(why: string): void {
    this.stop()
    this.#say(`no spare engine waits: ${why}`)
    tell(null, null, why)
  }

  /** @returns the spare, as the engine that it becomes; `null` where there is none like it */
  take(
    of: SpareOf,
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): { readonly child: ChildProcess; readonly pid: number } | null {
    const spare = this.#process
    const recipe = this.#recipe
    const isLike = recipe !== null && isSame(recipe.of, of)
    if (!spare?.lives || spare.pid === undefined || !isLike) {
      this.stop()
      return null
    }
    const planned = spareCommand(recipe.of.command, recipe.launcher)
    if (typeof planned === 'string') return null
    this.#process = null
    this.stop()
    tell(null, null, null)
    const child = spare.take({ command, script: planned.script, environment })
    return child.pid === undefined ? null : { child, pid: child.pid }
  }

  #make(afterMs: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#makeNow(), afterMs)
    this.#timer.unref()
  }

  #makeNow(): void {
    const recipe = this.#recipe
    if (recipe === null || this.isThere) return
    const command = spareCommand(recipe.of.command, recipe.launcher)
    if (typeof command === 'string') {
      this.#say(`no spare engine waits: ${command}`)
      tell(null, null, command)
      return
    }
    if (!hasRoomForSpare(availableBytes(), recipe.residentBytes)) {
      this.#tellShort('memory is short')
      this.#make(LOOK_MS * 6)
      return
    }
    const began = performance.now()
    let isLoaded = false
    const { environment, work, of } = recipe
    const spare = new SpareProcess({
      ...{ command, cwd: of.cwd, environment, work },
      onLoaded: (modules, residentBytes) => {
        isLoaded = true
        this.#failures = 0
        this.#isShortTold = false
        const seconds = ((performance.now() - began) / 1_000).toFixed(1)
        this.#say(`a spare engine waits: process ${spare.pid}, ${modules} modules imported in ${seconds} s`)
        tell(spare.pid ?? null, residentBytes ?? recipe.residentBytes ?? 0, null)
      },
      onOver: (reason) => this.#onOver(reason, isLoaded),
    })
    this.#process = spare
    tell(spare.pid ?? null, null, null)
  }

  #onOver(reason: string, wasLoaded: boolean): void {
    this.#process = null
    tell(null, null, reason)
    if (!wasLoaded) this.#failures += 1
    if (this.#failures >= MOST_FAILURES) {
      this.#say(`no spare engine waits until the engine is ready again: ${reason}, ${MOST_FAILURES} times`)
      return
    }
    this.#say(`the spare engine has ended: ${reason}; another is made`)
    this.#make(AGAIN_MS * 2 ** this.#failures)
  }

  #look(): void {
    if (this.isThere && isTooShortForSpare(availableBytes())) this.#giveBack('memory is short')
  }

  #giveBack(why: string): void {
    if (this.#recipe === null || !this.isThere) return
    this.#end()
    this.#tellShort(why)
    this.#make(SHORT_MS)
  }

  #tellShort(why: string): void {
    if (!this.#isShortTold) this.#say(`no spare engine waits: ${why}; it is tried again later`)
    this.#isShortTold = true
    tell(null, null, why)
  }

  #end(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const spare = this.#process
    this.#process = null
    if (!spare?.lives) return
    spare.end()
    tell(null, null, null)
  }
}

/** Main neither counts nor ends a spare with the engine's processes. */
function tell(pid: number | null, residentBytes: number | null, why: string | null): void {
  const news: EngineNews = { type: 'engine-spare', pid, residentBytes, why }
  channel(RUNNER_NEWS).publish(news)
}

/** The machine's, or what its cgroup leaves, in bytes. */
function availableBytes(): number {
  return Math.min(os.freemem(), process.availableMemory?.() || Number.POSITIVE_INFINITY)
}
