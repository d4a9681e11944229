import assert from 'node:assert/strict'
import { jobsTable } from '../../src/main/cli/jobs'
import { paint } from '../../src/main/cli/terminal-text'
import { incident } from '../../src/main/cli/testing/incident-sample'
import { parseIncident } from '../../src/main/incidents/read-incidents'
import type { FailedJob } from '../../src/main/jobs/failed-job'
import { parseFailedJobView } from '../../src/main/jobs/failed-job-view'
import { failedJob } from '../../src/main/jobs/testing/samples'
import { eventJson } from '../../src/main/profiles/event'
import { parseSidecar } from '../../src/main/profiles/profile-folder'
import { profileSet } from '../../src/main/profiles/testing/sets'
import { expectMeasure, expectOneLine, expectTime } from '../support/expect'
import { mutatedText } from '../support/mutate'
import { type Promised, promise, type Target } from '../support/target'
import { DEEP_JSON } from '../support/tokens'
import { nearly } from '../support/values'

/** A schema's message may name what it met: a bounded piece of it. */
const MAX_REASON = 300
const SCREEN = { now: Date.UTC(2026, 0, 2), columns: 80, paint: paint(false) }

function checkJob(job: FailedJob): void {
  expectTime(job.startedAt)
  expectTime(job.failedAt)
  expectMeasure(job.durationMs)
  assert.ok(job.progress === null || Number.isFinite(job.progress))
  for (const line of jobsTable([job], SCREEN).split('\n')) expectOneLine(line, 200)
}

function checkView(text: string): void {
  const { jobs, damage } = parseFailedJobView(text)
  if (damage !== null) expectOneLine(damage, MAX_REASON)
  jobs.forEach(checkJob)
  const written = parseFailedJobView(JSON.stringify({ jobs }))
  assert.equal(JSON.stringify(written), JSON.stringify({ jobs, damage: null }))
}

/** It is refused in one line, or it is what it says it is. */
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

/** Both kinds of slip: of bytes, and of fields. */
function both(what: string, samples: readonly object[], check: (text: string) => void): Promised[] {
  const texts = samples.map((sample) => JSON.stringify(sample, null, 1))
  const deep = texts.map((text) =>
    text.replace('{', `{"event":${DEEP_JSON},`).replace(/"info": \{/, `"deep":${DEEP_JSON},$&`),
  )
  return [
    promise(`${what}, damaged`, mutatedText(texts), check),
    promise(`${what}, deep`, mutatedText(deep), check, 0.005),
    promise(`${what}, strange`, nearly(samples), (data) => check(JSON.stringify(data) ?? '')),
  ]
}

const JOBS = [{ jobs: [failedJob(1), failedJob(2, { error: null, name: null })] }, { jobs: [] }]
const SETS = [profileSet(), profileSet({ seq: 7, kind: 'near-death', heap: null, samples: [] })]

export const failedJobs: Target = { name: 'failed-jobs', promises: both('failed-jobs.json', JOBS, checkView) }

export const incidents: Target = {
  name: 'incidents',
  promises: both(
    'an incident',
    [incident(), incident({ reason: null, topAllocators: [] })],
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
    SETS,
    refusedOr(parseSidecar, (set) => {
      expectTime(set.start)
      for (const name of Object.values(set.files))
        assert.ok(name === null || /^[\dTZ]+-\d+-\d{6,}-\w+\.pprof$/.test(name), String(name))
      eventJson(set, 'periodic', [])
    }),
  ),
}
