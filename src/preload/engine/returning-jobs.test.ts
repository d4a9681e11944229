import { channel } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RUNNER_NEWS, type RunnerNews } from '../../common/protocol/runner-channel'
import type { Submission } from './api/submission'
import { EngineJob } from './engine-job'
import { ReturningJobs, type WaitingJob } from './returning-jobs'

const news: RunnerNews[] = []
const cancelled: unknown[] = []
const hear = (message: unknown) => void news.push(message as RunnerNews)
const hearCancelled = (context: unknown) => void cancelled.push(context)
beforeEach(() => {
  news.length = cancelled.length = 0
  channel(RUNNER_NEWS).subscribe(hear)
  channel('studio.job.cancelled').subscribe(hearCancelled)
})
afterEach(() => {
  channel(RUNNER_NEWS).unsubscribe(hear)
  channel('studio.job.cancelled').unsubscribe(hearCancelled)
})

function waiting(id: string, number: number, changes: Partial<WaitingJob> = {}): WaitingJob {
  return {
    job: new EngineJob(id, null),
    id,
    number,
    times: 0,
    body: `body of ${id}`,
    reason: null,
    ...changes,
  }
}

/** An engine that takes what it is given, and says so by its probe where `says` has it. */
function engine(returning: ReturningJobs, submit?: (body: string) => Submission | Promise<Submission>) {
  const given: string[] = []
  const api = {
    submit: vi.fn(async (body: string): Promise<Submission> => {
      given.push(body.replace('body of ', ''))
      if (submit) return submit(body)
      returning.onQueued(body.replace('body of ', ''), 1, api)
      return { taken: true }
    }),
    cancel: vi.fn(async () => null),
  }
  return { api, given }
}

const alive = new AbortController().signal
const types = () => news.map(({ type }) => type)
const open = () => new ReturningJobs({ say: () => {} })

describe('jobs that had not begun', () => {
  it('are given to the next engine once each, by their places, whatever came in between', async () => {
    const returning = open()
    returning.keep([waiting('b', 2), waiting('a', 1), waiting('front', -3)], false)
    const { api, given } = engine(returning)
    await returning.submit(api, alive)
    expect(given).toEqual(['front', 'a', 'b'])
    expect(types()).toEqual(['resubmitted', 'resubmitted', 'resubmitted'])
    expect(returning.contexts).toEqual([])
    await returning.submit(api, alive)
    expect(given).toHaveLength(3)
  })

  it('are given to an engine that starts itself again meanwhile once each, and none is lost', async () => {
    const lines: string[] = []
    const returning = new ReturningJobs({ say: (line) => lines.push(line) })
    returning.keep([waiting('a', 1), waiting('b', 2), waiting('c', 3)], false)
    let goOn = () => {}
    const api = {
      // As the API does while nobody answers: the probe of the engine that comes is the first to say something.
      submit: async (_body: string, _signal: AbortSignal, isAwaited: () => boolean): Promise<Submission> => {
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
        return isAwaited() ? { taken: false, reason: 'its API was away' } : { taken: true }
      },
      cancel: async () => null,
    }
    const first = returning.submit(api, alive)
    returning.keep([], true)
    // Somebody else has submitted one of them himself.
    returning.onQueued('b', 0, api)
    const second = engine(returning)
    const again = returning.submit(second.api, alive)
    goOn()
    await Promise.all([first, again])
    expect(second.given).toEqual(['a', 'c'])
    expect(returning.contexts).toEqual([])
    expect(types()).toEqual(['resubmitted', 'resubmitted'])
    expect(cancelled).toHaveLength(1)
    expect(lines).toEqual(['jobs that had not begun were submitted again: 2'])
  })

  it('that this engine had not got when it died are kept for the next one, behind what it had', async () => {
    const returning = open()
    returning.keep([waiting('a', 1), waiting('b', 2), waiting('c', 3)], false)
    const dying = new AbortController()
    const first = engine(returning, async (body) => {
      returning.onQueued(body.replace('body of ', ''), 1, first.api)
      dying.abort()
      return { taken: true }
    })
    await returning.submit(first.api, dying.signal)
    expect(first.given).toEqual(['a'])
    returning.keep([waiting('a', 1, { times: 1 })], false)
    const second = engine(returning, async (body) => {
      const id = body.replace('body of ', '')
      returning.onQueued(id, id === 'a' ? 2 : 1, second.api)
      return { taken: true }
    })
    await returning.submit(second.api, alive)
    expect(second.given).toEqual(['a', 'b', 'c'])
    expect(returning.contexts).toEqual([])
  })

  it('one whose connection broke as it was given is not lost, nor given again, where the probe has told of it', async () => {
    const returning = open()
    returning.keep([waiting('a', 1)], false)
    const { api, given } = engine(returning, (body) => {
      returning.onQueued(body.replace('body of ', ''), 1, api)
      return { taken: false, reason: 'the connection broke' }
    })
    await returning.submit(api, alive)
    await returning.submit(api, alive)
    expect(given).toEqual(['a'])
    expect(types()).toEqual(['resubmitted'])
  })

  it('one that was given when the engine died, without a word of it, is given to the next', async () => {
    const returning = open()
    returning.keep([waiting('a', 1)], false)
    const dying = new AbortController()
    const first = engine(returning, () => {
      dying.abort()
      return { taken: false, reason: 'the connection broke' }
    })
    await returning.submit(first.api, dying.signal)
    expect(news).toEqual([])
    returning.keep([], false)
    const second = engine(returning)
    await returning.submit(second.api, alive)
    expect(second.given).toEqual(['a'])
    expect(types()).toEqual(['resubmitted'])
  })

  it('one that somebody has submitted himself by then is not given: it is withdrawn', async () => {
    const returning = open()
    const own = waiting('a', 1)
    returning.keep([own, waiting('b', 2)], false)
    const { api, given } = engine(returning)
    expect(returning.onQueued('a', 0, api)).toBeNull()
    await returning.submit(api, alive)
    expect(given).toEqual(['b'])
    expect(cancelled).toEqual([own.job.context])
    expect(api.cancel).not.toHaveBeenCalled()
  })

  it('one that somebody submits himself after it was given runs once: one of the two is cancelled', async () => {
    const returning = open()
    returning.keep([waiting('a', 1)], false)
    const { api } = engine(returning)
    await returning.submit(api, alive)
    returning.onQueued('a', 0, api)
    expect(api.cancel).toHaveBeenCalledExactlyOnceWith('a')
    returning.onQueued('a', 0, api)
    expect(api.cancel).toHaveBeenCalledTimes(1)
  })

  it('one that has begun by then is left alone: the second is the user’s own wish', async () => {
    const returning = open()
    returning.keep([waiting('a', 1)], false)
    const { api } = engine(returning)
    await returning.submit(api, alive)
    returning.onBegun('a')
    returning.onQueued('a', 0, api)
    expect(api.cancel).not.toHaveBeenCalled()
  })

  it.each<[reason: string, changes: Partial<WaitingJob>]>([
    ['it has been submitted again 3 times and never began', { times: 3 }],
    ['what it carries could not be kept: TypeError', { body: null, reason: 'TypeError' }],
    ['what it carries could not be kept: the engine did not say it', { body: null }],
    ['it carries too much, with the jobs before it', { body: 'x'.repeat(256 * 2 ** 20 + 1) }],
  ])('that cannot come back are told at once: %s', (reason, changes) => {
    const returning = open()
    const job = waiting('a', 1, changes)
    returning.keep([job, waiting('b', 2, { body: '' })], false)
    expect(returning.contexts).toHaveLength(1)
    expect(news).toEqual([{ type: 'not-resubmitted', job: job.job.context, reason, isOver: false }])
  })

  it('that the next engine refuses are over with its reason, and the others follow', async () => {
    const returning = open()
    const refused = waiting('a', 1)
    returning.keep([refused, waiting('b', 2)], false)
    const { api, given } = engine(returning, (body) => {
      if (body.endsWith('a')) return { taken: false, reason: 'it has no such node' }
      returning.onQueued('b', 1, api)
      return { taken: true }
    })
    await returning.submit(api, alive)
    expect(given).toEqual(['a', 'b'])
    expect(news[0]).toEqual({
      type: 'not-resubmitted',
      job: refused.job.context,
      reason: 'it has no such node',
      isOver: true,
    })
    expect(types()).toEqual(['not-resubmitted', 'resubmitted'])
  })

  it('come back from engines that were replaced as often as it takes, and from three deaths besides', async () => {
    const returning = open()
    const job = waiting('a', 1)
    for (let times = 0; times < 10; times += 1) {
      expect(returning.canKeep([{ ...job, times }])).toBe(true)
      returning.keepReplaced([{ ...job, times }])
      const { api } = engine(returning, () => {
        returning.onQueued('a', times + 1, null)
        return { taken: true }
      })
      await returning.submit(api, alive)
    }
    expect(types()).toEqual(Array(10).fill('resubmitted'))
    returning.keep([{ ...job, times: 12 }], false)
    expect(returning.contexts).toEqual([job.job.context])
    returning.keep([], false)
    const again = open()
    again.keepReplaced([{ ...job, times: 0 }])
    again.lose('')
    news.length = 0
    again.keep([{ ...job, times: 4 }], false)
    expect(news).toMatchObject([{ type: 'not-resubmitted', isOver: false }])
  })

  it('keep an engine from being replaced where one of them would not come back', () => {
    const returning = open()
    expect(returning.canKeep([])).toBe(true)
    expect(returning.canKeep([waiting('a', 1), waiting('b', 2, { body: null, reason: 'large' })])).toBe(false)
    const half = 'x'.repeat(200 * 2 ** 20)
    expect(returning.canKeep([waiting('a', 1, { body: half }), waiting('b', 2, { body: half })])).toBe(false)
  })

  it('have a reason where none comes back any more', () => {
    const returning = open()
    const job = waiting('a', 1)
    returning.keep([job], false)
    returning.lose('the new engine does not say what it does')
    expect(news).toEqual([
      {
        type: 'not-resubmitted',
        job: job.job.context,
        reason: 'the new engine does not say what it does',
        isOver: true,
      },
    ])
    expect(returning.contexts).toEqual([])
  })
})
