import { EventEmitter } from 'node:events'
import type { OutputEvent } from '../backend/output-event'
import type { SupervisorState } from '../backend/supervisor-state'
import type { Incident } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import type { JobForecast } from '../records/needs/job-forecast'
import type { HeldJob, RecycledEngine } from './admission/held-job'
import type { JobEvent } from './jobs/job-event'
import type { Health } from './status/status'

export interface StudioMonitorEvents {
  state: [state: SupervisorState]
  /** The backend has been loaded, or the engine's API answers. */
  ready: [ready: { readonly pid: number | null; readonly url: string | null }]
  /** A line that the backend or the engine wrote. */
  output: [output: OutputEvent]
  /** A job that is accepted, runs, gets on, or ends. */
  job: [job: JobEvent]
  /** Each few seconds while the backend runs, and at once when it no longer responds. */
  health: [health: Health]
  /** A job that is expected to need more memory than is free: once for each. */
  'job-forecast': [forecast: JobForecast]
  /** A job of the engine's that is held back until room is made for it: once for each thing that is done. */
  'job-held': [held: HeldJob]
  /** An engine was replaced between two jobs, as what earlier ones left in it was in the way. */
  recycled: [recycled: RecycledEngine]
  incident: [incident: Incident]
  /** Also for jobs that are found lost at the start: told to the first listener. */
  'job-failed': [job: FailedJob]
  /** Emitted for each message that the backend posts on its own `process.parentPort`. */
  message: [message: unknown]
  /** The backend is over without `stop` or `restart`; `wanted` when it exited with 0. */
  ended: [end: { wanted: boolean }]
}

/** Tells the listeners of an event, in a microtask of its own. */
export type Announce = <Name extends keyof StudioMonitorEvents>(
  name: Name,
  ...args: StudioMonitorEvents[Name]
) => void

/** An emitter whose listeners are called one by one: one that throws, or rejects, keeps nobody from anything. */
export class MonitorEvents extends EventEmitter<StudioMonitorEvents> {
  /** Gets what a listener has thrown. */
  protected onListenerError: (name: string, error: unknown) => void = () => {}

  protected announce<Name extends keyof StudioMonitorEvents>(
    name: Name,
    ...args: StudioMonitorEvents[Name]
  ): void {
    queueMicrotask(() => {
      // With `once`, the raw one takes itself off.
      for (const listener of this.rawListeners(name)) this.#call(name, listener, args)
    })
  }

  #call(name: string, listener: (...args: never[]) => unknown, args: readonly unknown[]): void {
    try {
      const result: unknown = Reflect.apply(listener, this, args)
      if (result instanceof Promise) result.catch((error: unknown) => this.onListenerError(name, error))
    } catch (error) {
      this.onListenerError(name, error)
    }
  }
}
