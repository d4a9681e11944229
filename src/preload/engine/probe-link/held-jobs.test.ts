import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JOB_VERDICT, RUNNER_NEWS, type RunnerNews } from '../../../common/protocol/runner-channel'
import { HeldJobs } from './held-jobs'

const JOB = { id: 'a' }

let sent: unknown[]
let news: RunnerNews[]
let held: HeldJobs
const onNews = (message: unknown) => void news.push(message as RunnerNews)

beforeEach(() => {
  sent = []
  news = []
  subscribe(RUNNER_NEWS, onNews)
  held = new HeldJobs({
    contextOf: (job) => (job === 1 ? JOB : null),
    canReturn: () => true,
    send: (line) => void sent.push(JSON.parse(line)),
  })
})

afterEach(() => {
  held.close()
  unsubscribe(RUNNER_NEWS, onNews)
})

const ask = (number: number, job = 1) =>
  held.ask({
    type: 'asks',
    at: 0,
    ask: number,
    job,
    id: 'a',
    resident: 1,
    gpu: null,
    freed: true,
    uploads: 2,
  })
const turn = (at = news.length - 1) => (news[at]?.type === 'turn' ? news[at].turn : -1)
const answer = (verdict: string, to = turn()) => channel(JOB_VERDICT).publish({ turn: to, verdict })

describe('a job that is held', () => {
  it('is asked for, and the answer goes to the probe under its own number, once', () => {
    ask(7)
    expect(news).toEqual([
      { type: 'turn', job: JOB, turn: turn(), isFreed: true, isBusy: true, canReturn: true },
    ])
    answer('free')
    answer('run')
    expect(sent).toEqual([{ ask: 7, verdict: 'free' }])
  })

  it('begins at once where nobody knows it', () => {
    ask(1, 2)
    expect(news).toEqual([])
    expect(sent).toEqual([{ ask: 1, verdict: 'run' }])
  })

  it('takes no answer to another question, of this engine or of the one before', () => {
    ask(1)
    const first = turn()
    ask(2)
    answer('wait', first)
    const other = new HeldJobs({
      contextOf: () => JOB,
      canReturn: () => true,
      send: () => sent.push('other'),
    })
    answer('run', first)
    other.close()
    expect(sent).toEqual([])
    answer('run')
    expect(sent).toEqual([{ ask: 2, verdict: 'run' }])
  })

  it('hears nothing once its engine is gone', () => {
    ask(1)
    held.close()
    answer('run')
    expect(sent).toEqual([])
  })
})
