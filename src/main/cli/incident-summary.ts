import { describeNode } from '../../common/engine/engine-node'
import { culpritWords } from '../records/incidents/culprit-words'
import type { Incident } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import { type Fact, usage } from './incident-facts'
import { isEngine, jobAtWork } from './incident-sentence'
import { jobProgress, jobRanFor, jobTitle } from './job-words'
import { sparkline } from './sparkline'

const LINE_WIDTH = 40

/** The facts that a person needs to know first: who, during what, how sure, how much memory. Only what is known. */
export function summaryFacts(incident: Incident, failedJobs: readonly FailedJob[]): Fact[] {
  return [...whoAndWhy(incident, failedJobs), ...memoryLines(incident)]
}

/** Who it was, during what, and how sure that is. */
export function whoAndWhy(incident: Incident, failedJobs: readonly FailedJob[]): Fact[] {
  const { node, confidence, evidence } = incident
  const culprit = culpritWords(incident)
  const job = jobAtWork(incident, failedJobs)
  const [why] = evidence
  return [
    ...(culprit === null ? [] : [['culprit', culprit] as const]),
    ...(job === null ? [] : [['job', jobWords(job)] as const]),
    ...(node === null ? [] : [['node that ran', describeNode(node)] as const]),
    ['certainty', why === undefined ? confidence : `${confidence}: ${why}`],
  ]
}

/** The place at which Datadog has it: the search that finds its span, once it was taken. */
export function datadogFacts({ id, reported, at }: Incident): Fact[] {
  return reported
    ? [['search traces for', `@studio.incident.id:${id} (at ${at})`]]
    : [['not there yet', 'reported as soon as something takes it: doctor says whether anything does']]
}

function jobWords(job: FailedJob): string {
  const done = jobProgress(job)
  return `${jobTitle(job)}, ran for ${jobRanFor(job)}${done === '' ? '' : `, ${done} done`} (${job.jobId})`
}

/** The memory that counted, drawn with its limit as the top: the process tree's and, of a JavaScript backend, the heap's. */
function memoryLines(incident: Incident): Fact[] {
  const { samples, limitBytes, treeRssBytes, heapUsedBytes, heapLimitBytes } = incident.memory
  const line = (
    name: string,
    values: readonly (number | null)[],
    now: number | null,
    limit: number | null,
  ) => {
    const known = [...values, now].filter((value) => value !== null)
    const words = usage(now, limit)
    if (known.length === 0 || words === null) return []
    return [[name, `${sparkline(known, limit, LINE_WIDTH)} ${words}`] as const]
  }
  return [
    ...line(
      'memory',
      samples.map((sample) => sample.treeRssBytes),
      treeRssBytes,
      limitBytes,
    ),
    ...(isEngine(incident)
      ? []
      : line(
          'heap',
          samples.map((sample) => sample.heapUsedBytes),
          heapUsedBytes,
          heapLimitBytes,
        )),
  ]
}
