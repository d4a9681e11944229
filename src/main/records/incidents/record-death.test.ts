import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { explainExit } from '../../backend/exit-cause'
import { type Known, NOTHING } from '../../backend/exit-cause.test-support'
import type { ExitObservation } from '../../backend/exit-observation'
import { launchFailure } from '../../backend/launch-failure'
import { incident as sample } from '../../cli/testing/incident-sample'
import { JobRecords } from '../jobs/job-records'
import { readJobs } from '../jobs/read-only'
import { electronStore } from '../jobs/testing/outside-electron'
import { started, T0 } from '../jobs/testing/samples'
import { IncidentStore } from './incident-store'
import { recordDeath } from './record-death'

const SECRET = 'abcdefgh12345678'
const openFile = await electronStore()

function record(evidence: ExitObservation) {
  const dataFolder = temporaryFolder()
  const { log } = captureLog()
  const jobs = JobRecords.open({ dataFolder, keep: 10, log, now: () => T0, openFile })
  onTestFinished(() => jobs.stop())
  const incidents = new IncidentStore({ dataFolder, log, now: () => T0 })
  jobs.jobStarted(1, started(1))
  const explanation = explainExit(evidence)
  if (!explanation) throw new Error('no death')
  const { memory, profiles, topAllocators } = sample()
  recordDeath(
    { evidence, explanation, restart: { decision: 'none', delayMs: null, deathsInWindow: 1, reason: '' } },
    { jobs, incidents, log },
    {
      generation: 1,
      at: T0,
      appVersion: '0.1.0',
      kept: new Set(),
      runtimeId: null,
      hasEngine: false,
      machineBytes: 2 ** 34,
      evidence: () => ({
        ...{ memory, profiles, topAllocators, node: null, engine: null },
        ...{ stacks: [], stuck: null, stack: null, words: [] },
      }),
    },
  )
  jobs.flush()
  return dataFolder
}

const PYTHON: Known = {
  exitCode: 1,
  stderrTail: `Traceback (most recent call last):\n  File "main.py", line 1, in main\nValueError: token=${SECRET}\n`,
}

it.each([
  ['the last words of a Python', { ...NOTHING, ...PYTHON }, 'ValueError'],
  ['a fork that failed', launchFailure(new RangeError(`token=${SECRET} ${'x'.repeat(5_000)}`)), 'RangeError'],
])('no secret gets into journal and list: %s', (_what, evidence, name) => {
  const dataFolder = record(evidence)
  const [job] = readJobs(dataFolder).jobs
  expect(job?.error?.name).toBe(name)
  expect(job?.error?.message).toMatch(/^token=<redacted>/)
  expect(job?.error?.message.length).toBeLessThanOrEqual(2_000)
  for (const file of ['failed-jobs.json', 'journal/00000001.jsonl'])
    expect(readFileSync(path.join(dataFolder, file), 'utf8')).not.toContain(SECRET)
})
