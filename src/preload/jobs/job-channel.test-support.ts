import { tracingChannel } from 'node:diagnostics_channel'
import type { Tracer } from 'dd-trace'
import { afterEach, expect, vi } from 'vitest'
import type { BackendMessage, JobEnded, JobStarted } from '../../common/protocol/messages'
import { trackJobs } from './job-channel'

export const T0 = 1_767_323_045_000
export const channel = tracingChannel<string, object>('studio.job')

/** Errors of subscribers, which Node hands to the process: a backend would die of them. */
const died: unknown[] = []
const onDeath = (error: unknown) => void died.push(error)
process.on('uncaughtExceptionMonitor', onDeath)
afterEach(() => {
  vi.useRealTimers()
  expect(died).toEqual([])
})

/**
 * Follows jobs from here on; returns the messages to main. Each test has followers of its own; none gets
 * another's jobs.
 */
export function follow(tracer: Tracer | null = null) {
  const messages: BackendMessage[] = []
  let now = T0
  trackJobs({ tracer, port: { send: (message) => messages.push(message) }, now: () => now++ })
  const ofType = <T extends BackendMessage['type']>(type: T) =>
    messages.filter((message): message is Extract<BackendMessage, { type: T }> => message.type === type)
  return {
    messages,
    started: (): JobStarted[] => ofType('job-started'),
    ended: (): JobEnded[] => ofType('job-ended'),
    progress: () => ofType('job-progress').map(({ key, progress }) => [key, progress]),
    warnings: () => ofType('warning').map(({ message }) => message),
  }
}

/** Rejects with any value. */
export const rejectWith = (reason: unknown) => Promise.reject(reason)
/** A job that ends when the test says so. */
export const open = (context: object) => {
  let resolve: (value: string) => void = () => {}
  const job = new Promise<string>((settle) => {
    resolve = settle
  })
  channel.tracePromise(() => job, context)
  return {
    async finish() {
      resolve('done')
      await job
    },
  }
}
