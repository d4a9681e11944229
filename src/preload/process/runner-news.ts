import { channel } from 'node:diagnostics_channel'
import {
  JOB_VERDICT,
  type JobVerdict,
  RUNNER_NEWS,
  type RunnerNews,
  START_ENGINE,
} from '../../common/protocol/runner-channel'
import { summariseError } from '../jobs/error-summary'
import type { JobTracker } from '../jobs/job-tracker'
import type { MonitorPort } from './monitor-port'

/**
 * Passes on between main and the engine's runner in this process. A backend of another kind publishes nothing there.
 * @param jobs `null` where jobs are not tracked: none comes back then
 */
export function passOnRunnerNews(port: MonitorPort, jobs: JobTracker | null): void {
  channel(RUNNER_NEWS).subscribe((news) => passOn(news as RunnerNews, port, jobs))
  const start = channel(START_ENGINE)
  port.onMessage((message) => {
    if (message.type === 'start-engine') start.publish({})
    if (message.type === 'job-verdict') tellVerdict({ turn: message.turn, verdict: message.verdict })
  })
}

function tellVerdict(verdict: JobVerdict): void {
  channel(JOB_VERDICT).publish(verdict)
}

function passOn(news: RunnerNews, port: MonitorPort, jobs: JobTracker | null): void {
  switch (news.type) {
    case 'engine-ended': {
      const { exitCode, kept, isReplaced } = news
      port.send({ type: 'engine-ended', exitCode, kept: jobs?.keepWaiting(kept) ?? [], isReplaced })
      break
    }
    case 'engine-ready':
      port.send({ type: 'ready' })
      break
    case 'launch-failed':
      port.send({ type: 'launch-failed', error: summariseError(news.error), stack: null })
      break
    case 'resubmitted': {
      const key = jobs?.waitingKey(news.job)
      if (typeof key === 'number') port.send({ type: 'job-resubmitted', key })
      break
    }
    case 'not-resubmitted': {
      const key = jobs?.waitingKey(news.job)
      if (typeof key !== 'number') break
      if (news.isOver) jobs?.loseWaiting(news.job)
      port.send({ type: 'job-not-resubmitted', key, reason: news.reason, isOver: news.isOver })
      break
    }
    case 'need': {
      const key = jobs?.waitingKey(news.job)
      if (typeof key === 'number') port.send({ type: 'job-need', key, ...news.need })
      break
    }
    case 'turn': {
      const { job, type: _, ...turn } = news
      const key = jobs?.waitingKey(job)
      // Main does not know it, and could not say anything of it.
      if (typeof key === 'number') port.send({ type: 'job-turn', key, ...turn })
      else tellVerdict({ turn: turn.turn, verdict: 'run' })
      break
    }
    default:
      port.send(news)
  }
}
