import { expect, it } from 'vitest'
import { ThreadJobs } from './thread-jobs'
import { describeThrown } from './thrown'

interface Seen {
  readonly id: string
  readonly progress?: number
  readonly error?: unknown
}

/** The threads' jobs, and what the tracker was told. */
function follow() {
  const told: [what: string, id: string][] = []
  const ended: Seen[] = []
  const warnings: string[] = []
  const tell = (what: string) => (context: unknown) => {
    told.push([what, (context as Seen).id])
    return null
  }
  const threads = new ThreadJobs({
    queue: tell('queued'),
    start: tell('started'),
    cancel: tell('cancelled'),
    end: (context) => void ended.push(context as Seen),
    warnOnce: (warning) => void warnings.push(warning),
  })
  return { threads, told, ended, warnings }
}

const named = { name: null, kind: null }

it('keeps the jobs of threads apart, whatever number each gives them', () => {
  const { threads, ended } = follow()
  threads.hear({ type: 'started', thread: 2, job: 1, id: 'a', ...named })
  threads.hear({ type: 'started', thread: 3, job: 1, id: 'b', ...named })
  threads.hear({ type: 'progress', thread: 3, job: 1, progress: 0.25 })
  threads.hear({ type: 'ended', thread: 2, job: 1, progress: null, error: null })
  expect(ended).toMatchObject([{ id: 'a' }])
  expect(ended[0]).not.toHaveProperty('error')
  threads.hear({ type: 'ended', thread: 3, job: 1, progress: null, error: describeThrown('no') })
  expect(ended[1]).toMatchObject({ id: 'b', progress: 0.25, error: { name: 'string', message: 'no' } })
})

it('ends what ran in a thread that has ended, with its error, and nothing twice', () => {
  const { threads, ended, told } = follow()
  threads.hear({ type: 'queued', thread: 2, job: 1, id: 'waited', ...named })
  threads.hear({ type: 'started', thread: 2, job: 2, id: 'ran', ...named })
  threads.hear({ type: 'started', thread: 3, job: 1, id: 'elsewhere', ...named })
  const error = describeThrown(
    Object.assign(new Error('Worker terminated due to reaching memory limit'), { stack: 'S' }),
  )
  threads.threadEnded({ thread: 2, exitCode: 1, error })
  threads.threadEnded({ thread: 2, exitCode: 1, error })
  const failed = ended.filter((each) => each.id === 'ran')
  expect(failed).toMatchObject([
    { error: { message: 'Worker terminated due to reaching memory limit', stack: 'S' } },
  ])
  expect(ended.map(({ id }) => id)).not.toContain('elsewhere')
  threads.hear({ type: 'progress', thread: 2, job: 2, progress: 0.5 })
  threads.hear({ type: 'ended', thread: 2, job: 2, progress: null, error: null })
  expect(ended.filter(({ id }) => id === 'ran')).toHaveLength(1)
  expect(told).toEqual([
    ['queued', 'waited'],
    ['started', 'ran'],
    ['started', 'elsewhere'],
  ])
})

it('knows a job that waited and runs as one, and what another thread cancels by its id', () => {
  const { threads, told } = follow()
  threads.hear({ type: 'queued', thread: 2, job: 1, id: 'a', ...named })
  threads.hear({ type: 'started', thread: 2, job: 1, id: 'a', ...named })
  threads.hear({ type: 'cancelled', thread: 3, job: null, id: 'a' })
  threads.hear({ type: 'thread-ended', thread: 2, exitCode: 0, error: null })
  expect(told.map(([what]) => what)).toEqual(['queued', 'started', 'cancelled'])
})

it('ends what ran below a thread that has ended: nobody tells of those', () => {
  const { threads, ended } = follow()
  threads.hear({ type: 'thread-started', thread: 3, parent: 2 })
  threads.hear({ type: 'thread-started', thread: 4, parent: 3 })
  threads.hear({ type: 'thread-started', thread: 6, parent: 5 })
  threads.hear({ type: 'started', thread: 4, job: 1, id: 'below', ...named })
  threads.hear({ type: 'started', thread: 6, job: 1, id: 'elsewhere', ...named })
  threads.threadEnded({ thread: 2, exitCode: 1, error: null })
  expect(ended).toHaveLength(1)
  // One that had a moment left to tell it.
  threads.hear({ type: 'thread-ended', thread: 4, exitCode: 1, error: null })
  expect(ended).toMatchObject([
    { id: 'below', error: { message: 'the worker thread that the job ran in has ended with code 1' } },
  ])
})

it('keeps nothing of a job that one thread queues and another runs', () => {
  const { threads, ended } = follow()
  threads.hear({ type: 'queued', thread: 2, job: 1, id: 'a', ...named })
  threads.hear({ type: 'started', thread: 3, job: 1, id: 'a', ...named })
  threads.hear({ type: 'ended', thread: 3, job: 1, progress: null, error: null })
  threads.threadEnded({ thread: 2, exitCode: 0, error: null })
  threads.threadEnded({ thread: 3, exitCode: 0, error: null })
  expect(ended).toHaveLength(1)
})

it('warns of a context that is none of a job’s', () => {
  const { threads, warnings } = follow()
  threads.hear({ type: 'ignored', thread: 2, channel: 'studio.job' })
  expect(warnings).toEqual([expect.stringMatching(/^a studio\.job context of a worker thread was ignored/)])
})

it('makes text of whatever is thrown', () => {
  const hostile = new Proxy(new Error('x'), {
    get: () => {
      throw new Error('no')
    },
  })
  for (const thrown of [
    undefined,
    null,
    7,
    [1, 2],
    Buffer.alloc(9),
    hostile,
    Object.create(null),
    new Error('', { cause: 1 }),
  ]) {
    const { name, message, stack } = describeThrown(thrown)
    expect([typeof name, typeof message]).toEqual(['string', 'string'])
    expect(stack === null || typeof stack === 'string').toBe(true)
  }
  expect(describeThrown(new Error('x'.repeat(1e6))).message.length).toBeLessThanOrEqual(4_000)
})
