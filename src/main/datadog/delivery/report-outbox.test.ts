import { expect, it } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import type { FailedJob } from '../../records/jobs/failed-job'
import { failedJob } from '../../records/jobs/testing/samples'
import { agentIntake } from '../intake/agent-intake'
import { IDENTITY } from '../spans/testing/identity'
import { ReportOutbox } from './report-outbox'

it('what was refused is forgotten once it is kept no longer', () => {
  let jobs: FailedJob[] = [failedJob(1), failedJob(2)]
  const outbox = new ReportOutbox({
    jobs: { list: () => jobs, markReported: () => true, markable: true },
    incidents: {
      durable: true,
      retry: () => {},
      unreported: () => [],
      unreportedOf: () => null,
      markReported: () => true,
    },
    identity: IDENTITY,
    intake: agentIntake('http://127.0.0.1:9'),
    log: captureLog().log,
    now: Date.now,
  })
  const waiting = () => outbox.waiting().map(({ id }) => id)
  outbox.acknowledge(outbox.waiting().slice(0, 1), 'rejected')
  expect(waiting()).toEqual(['record-2'])
  jobs = [failedJob(2)]
  expect(waiting()).toEqual(['record-2'])
  jobs = [failedJob(1), failedJob(2)]
  expect(waiting()).toEqual(['record-1', 'record-2'])
})
