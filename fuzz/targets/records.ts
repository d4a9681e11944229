import assert from 'node:assert/strict'
import { jobsTable } from '../../src/main/cli/jobs'
import { paint } from '../../src/main/cli/terminal-text'
import { eventJson } from '../../src/main/datadog/profiles/event'
import { parseIncident } from '../../src/main/records/incidents/read-incidents'
import type { FailedJob } from '../../src/main/records/jobs/failed-job'
import { parseFailedJobView } from '../../src/main/records/jobs/failed-job-view'
import { parseSidecar } from '../../src/main/records/profiles/profile-folder'
import { jsonCorpus, textCorpus } from '../support/corpus'
import { expectMeasure, expectOneLine, expectTime } from '../support/expect'
import { mutatedText } from '../support/mutate'
import { type Promised, promise, type Target } from '../support/target'
import { DEEP_JSON } from '../support/tokens'
import { nearly } from '../support/values'

/** Longest reason: a schema's message may quote the data, but only a bounded part of it. */
const MAX_REASON = 300
const SCREEN = { now: Date.UTC(2026, 0, 2), columns: 80, paint: paint(false) }

function checkJob(job: FailedJob): void {
  expectTime(job.startedAt)
  expectTime(job.failedAt)
  expectMeasure(job.durationMs)
  assert.ok(job.progress === null || Number.isFinite(job.progress))
  // An id is never cut.
  const longest = 200 + job.jobId.length + (job.incidentId ?? '').length
  for (const line of jobsTable([job], SCREEN).split('\n')) expectOneLine(line, longest)
}

function checkView(text: string): void {
  const { jobs, damage } = parseFailedJobView(text)
  if (damage !== null) expectOneLine(damage, MAX_REASON)
  jobs.forEach(checkJob)
  const written = parseFailedJobView(JSON.stringify({ jobs }))
  assert.equal(JSON.stringify(written), JSON.stringify({ jobs, damage: null }))
}

/** Checks that a text is rejected in one line, or is what it claims to be. */
function refusedOr<T>(parse: (text: string) => T, check: (value: T) => void): (text: string) => void {
  return (text) => {
    let value: T
    try {
      value = parse(text)
    } catch (error) {
      assert.ok(
        error instanceof Error && !(error instanceof RangeError || error instanceof TypeError),
        String(error),
      )
      expectOneLine(error.message, MAX_REASON)
      return
    }
    check(value)
    assert.equal(JSON.stringify(parse(JSON.stringify(value))), JSON.stringify(value))
  }
}

/** Both kinds of mutation: of bytes, and of fields. */
function both(what: string, name: string, check: (text: string) => void): Promised[] {
  const texts = textCorpus(name)
  const deep = texts.map((text) =>
    text.replace('{', `{"event":${DEEP_JSON},`).replace(/"info": \{/, `"deep":${DEEP_JSON},$&`),
  )
  return [
    promise(`${what}, damaged`, mutatedText(texts), check),
    promise(`${what}, deep`, mutatedText(deep), check, 0.005),
    promise(`${what}, strange`, nearly(jsonCorpus(name)), (data) => check(JSON.stringify(data) ?? '')),
  ]
}

export const failedJobs: Target = {
  name: 'failed-jobs',
  promises: both('failed-jobs.json', 'failed-jobs', checkView),
}

export const incidents: Target = {
  name: 'incidents',
  promises: both(
    'an incident',
    'incidents',
    refusedOr(parseIncident, ({ at, topAllocators }) => {
      expectTime(at)
      for (const { bytes, share } of topAllocators) assert.ok(Number.isFinite(bytes + share))
    }),
  ),
}

export const profileSets: Target = {
  name: 'profile-sets',
  promises: both(
    'a set',
    'profile-sets',
    refusedOr(parseSidecar, (set) => {
      expectTime(set.start)
      for (const name of Object.values(set.files))
        assert.ok(typeof name !== 'string' || /^[\dTZ]+-\d+-\d{6,}-\w+\.pprof$/.test(name), String(name))
      eventJson(set, 'periodic', [])
    }),
  ),
}
