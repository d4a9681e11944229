import { describeNode } from '../../common/engine/engine-node'
import { dateAndTime, relativeTime, size } from '../../common/output/units'
import type { FailedJob } from '../records/jobs/failed-job'
import { factsText, INDENT } from './facts-text'
import type { Fact } from './incident-facts'
import { jobCause, jobError, jobProgress, jobRanFor, jobTitle } from './job-words'
import { type Paint, terminalText } from './terminal-text'
import { traceUrl } from './trace-url'

interface Look {
  readonly now: number
  readonly paint: Paint
  readonly program: string
  /** The organisation's site in Datadog. */
  readonly site: string
}

/** Formats one failed job: what happened, during what, with which memory, its error and stack, and what to do. */
export function jobReport(job: FailedJob, { now, paint, program, site }: Look): string {
  const error = jobError(job)
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['What to do', `${INDENT}- ${terminalText(again(job))}\n${incidentHint(job, program)}`],
    ['In Datadog', factsText(datadogFacts(job, site))],
    ['Error', error === null ? '' : `${INDENT}${error}\n`],
    ['Stack', (job.stack ?? '').split('\n').filter(Boolean).map(stackLine).join('')],
  ]
  return [
    `${paint.bold(terminalText(`${jobTitle(job)}: ${jobCause(job)}`))}\n`,
    `Job ${terminalText(job.jobId)}, ${dateAndTime(terminalText(job.failedAt))}, ${relativeTime(job.failedAt, now)}\n\n`,
    factsText(jobFacts(job)),
    ...sections.flatMap(([title, body]) => (body === '' ? [] : [`\n${paint.bold(title)}\n${body}`])),
  ].join('')
}

function jobFacts(job: FailedJob): Fact[] {
  const done = jobProgress(job)
  return [
    ['cause', job.oom ? `${job.cause}, out of memory` : job.cause],
    ['ran for', done === '' ? jobRanFor(job) : `${jobRanFor(job)}, ${done} done`],
    ...(job.queuedAt === null ? [] : [['queued', dateAndTime(job.queuedAt)] as const]),
    ...(job.state === 'queued' ? [] : [['started', dateAndTime(job.startedAt)] as const]),
    ...(job.node === null ? [] : [['node', describeNode(job.node)] as const]),
    ...(job.peakBytes === null ? [] : [['memory at most', size(job.peakBytes)] as const]),
    ...(job.growthBytes === null || job.growthBytes <= 0
      ? []
      : [['memory left held', size(job.growthBytes)] as const]),
    ...(job.incidentId === null ? [] : [['incident', job.incidentId] as const]),
    ['record', job.id],
  ]
}

function datadogFacts({ traceId, jobId, reported }: FailedJob, site: string): Fact[] {
  return [
    ...(traceId === null ? [] : [['trace', traceUrl(traceId, site)] as const]),
    ['search traces for', `@studio.job.id:${jobId}`],
    ...(reported ? [] : [['not there yet', 'it waits for something that takes it: see doctor'] as const]),
  ]
}

/** How to submit it again; its prompt and inputs are on record nowhere. */
function again({ resubmitted, state, oom, cause, kind }: FailedJob): string {
  if (resubmitted) return 'nothing: it was submitted again under its own id, and has not failed'
  const what = `open its workflow in Studio and queue it again: what a ${kind ?? 'job'} was given is never recorded`
  if (state === 'queued') return `${what}. It had not begun: nothing speaks against it`
  if (oom) return `${what}. It ran out of memory: give it less to do, or more memory`
  if (cause === 'job-error') return `${what}, once its error is mended`
  return what
}

function incidentHint({ incidentId }: FailedJob, program: string): string {
  return incidentId === null
    ? ''
    : `${INDENT}- ${terminalText(`see what it died with: ${program} incidents ${incidentId}`)}\n`
}

function stackLine(line: string): string {
  return `${INDENT}${/^\s*/.exec(line.replaceAll('\t', '  '))?.[0] ?? ''}${terminalText(line)}\n`
}
