import { onTestFinished, vi } from 'vitest'
import { type Known, NOTHING, SIGABRT, SIGKILL } from './exit-cause.test-support'
import type { ExitObservation } from './exit-observation'
import type { RestartPolicy } from './restart-policy'
import { type BackendRun, type Death, Supervisor } from './supervisor'

export const MINUTE = 60_000
export const CRASH: Known = { ...SIGABRT, stderrTail: '' }
export const OUT_OF_MEMORY: Known = { ...SIGKILL, oomKills: { before: 0, after: 1 } }
export const CLEAN_EXIT: Known = { exitCode: 0 }

/** A run that does nothing by itself: the test makes it ready and ends it. */
export class FakeRun implements BackendRun {
  readonly ready: Promise<void>
  readonly exited: Promise<ExitObservation>
  /** The calls it received, in order, with the time since the supervisor's first launch. */
  readonly heard: string[] = []
  intent: ExitObservation['intent'] = null
  load: () => void = () => {}
  #exit: (evidence: ExitObservation) => void = () => {}

  constructor(readonly pid: number) {
    this.ready = new Promise((resolve) => {
      this.load = resolve
    })
    this.exited = new Promise((resolve) => {
      this.#exit = resolve
    })
  }

  /** @param known with the intent at the exit, if it differs from the current one */
  exit(known: Known): void {
    this.#exit({ ...NOTHING, intent: this.intent, ...known, pid: this.pid })
  }

  expectExit(intent: NonNullable<ExitObservation['intent']>): void {
    this.intent ??= intent
    this.heard.push(`expectExit ${intent}`)
  }

  requestStop(): void {
    this.heard.push(`requestStop at ${performance.now()}`)
  }

  terminate(): void {
    this.heard.push(`terminate at ${performance.now()}`)
  }

  kill(): void {
    this.heard.push(`kill at ${performance.now()}`)
  }
}

/** A supervisor on a clock of its own, with its runs and its events. */
export function supervise(over: Partial<RestartPolicy> = {}) {
  vi.useFakeTimers({ now: 0 })
  onTestFinished(() => void vi.useRealTimers())
  const runs: FakeRun[] = []
  /** Errors that the next launches throw. */
  const launchErrors: unknown[] = []
  const deaths: Death[] = []
  /** States, deaths and ends, in order. */
  const story: string[] = []
  const supervisor = new Supervisor({
    detached: (begin) => begin(),
    spawn: () => {
      if (launchErrors.length > 0) throw launchErrors.shift()
      const run = new FakeRun(runs.length + 1)
      runs.push(run)
      return run
    },
    policy: { mode: 'on-failure', limit: { deaths: 5, windowMs: 10 * MINUTE }, ...over },
    onDeath: (death) => {
      deaths.push(death)
      story.push(`death: ${death.explanation.cause}`)
    },
    now: () => performance.now(),
    random: () => 0.5,
  })
  supervisor.on('state', (state) => story.push(state))
  supervisor.on('ended', ({ wanted }) => story.push(`ended, ${wanted ? 'wanted' : 'not wanted'}`))
  const last = () => {
    const run = runs.at(-1)
    if (!run) throw new Error('nothing was launched')
    return run
  }
  return {
    supervisor,
    runs,
    launchErrors,
    deaths,
    story,
    last,
    async starts(): Promise<void> {
      supervisor.start()
      await settle()
    },
    async loads(): Promise<void> {
      last().load()
      await settle()
    },
    async exits(known: Known): Promise<void> {
      last().exit(known)
      await settle()
    },
    /** Crashes `times` times, each time once it is ready, and waits for each restart. */
    async crashes(times: number): Promise<void> {
      for (let n = 0; n < times; n++) {
        last().load()
        await settle()
        last().exit(CRASH)
        await settle()
        if (n < times - 1) await vi.runOnlyPendingTimersAsync()
      }
    },
  }
}

/** Waits for everything that does not depend on time. */
export function settle(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(0)
}
