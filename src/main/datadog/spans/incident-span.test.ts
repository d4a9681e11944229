import { expect, test } from 'vitest'
import { incident } from '../../cli/testing/incident-sample'
import { failedJob } from '../../records/jobs/testing/samples'
import { incidentSpan } from './incident-span'
import { jobSpan } from './job-span'
import { IDENTITY } from './testing/identity'

test('an incident is a span of its own with the evidence as tags', () => {
  const span = incidentSpan(incident(), [], IDENTITY)
  expect(span).toMatchObject({
    name: 'studio.backend.incident',
    resource: 'kernel-oom-kill',
    service: 'studio',
    error: 1,
    parent_id: 0n,
    start: BigInt(Date.UTC(2026, 10, 23, 20, 13)) * 1_000_000n,
    duration: 0n,
    meta: {
      'studio.process': 'backend',
      'studio.incident.id': '20261123-201300-3f9a',
      'studio.incident.at': '2026-11-23T20:13:00.000Z',
      'studio.incident.cause': 'kernel-oom-kill',
      'studio.incident.oom': 'true',
      'studio.incident.confidence': 'proven',
      'studio.incident.evidence': 'the oom_kill counter of the cgroup grew by 1\nSIGKILL',
      'studio.incident.exit_code': '9',
      'studio.incident.reason': 'killed',
      'studio.incident.job_ids': 'job-1, job-2',
      'studio.incident.restart.decision': 'restart',
      'studio.incident.profile.heap': 'heap-1.pprof',
      'studio.incident.culprit.function': 'blur',
      'studio.incident.culprit.file': '/app/nodes/blur.js',
      'studio.incident.culprit.line': '12',
      'studio.incident.version.electron': '33.2.1',
      'error.type': 'kernel-oom-kill',
      'error.message': 'killed by the system, out of memory: the oom_kill counter of the cgroup grew by 1',
    },
    metrics: {
      process_id: 4711,
      'studio.incident.uptime_ms': 750_000,
      'studio.incident.jobs_lost': 2,
      'studio.incident.memory.limit_bytes': 64 * 2 ** 30,
      'studio.incident.culprit.share': 0.62,
      'studio.incident.restart.deaths_in_window': 1,
      _sampling_priority_v1: 2,
    },
  })
  expect(span.meta).not.toHaveProperty('studio.incident.profile.cpu')
})

test('the words of a backend stay on the machine: its evidence goes without the line that it quotes', () => {
  const span = incidentSpan(
    incident({
      lastWords: ['FATAL: model file is corrupt'],
      errorLine: 'FATAL: model file is corrupt',
      evidence: ['exited with code 3: FATAL: model file is corrupt', 'resident 2 MiB, 0.1 s before'],
    }),
    [],
    IDENTITY,
  )
  expect(span.meta['studio.incident.evidence']).toBe('exited with code 3\nresident 2 MiB, 0.1 s before')
  expect(JSON.stringify(Object.values(span.meta))).not.toContain('corrupt')
})

test('it has advice, the run, and what Error Tracking groups by: a stack with its first line, and a fingerprint', () => {
  const { meta } = incidentSpan(
    incident({
      evidence: ['V8 wrote: full'],
      advice: ['raise it', 'submit again'],
      runtimeId: 'f00d',
      errorStack: '    at leak (/app/a.js:3:1)',
    }),
    [],
    IDENTITY,
  )
  expect(meta).toMatchObject({
    'studio.advice': 'raise it\nsubmit again',
    'runtime-id': 'f00d',
    'error.stack': 'kernel-oom-kill: V8 wrote: full\n    at leak (/app/a.js:3:1)',
    'error.fingerprint': 'studio:kernel-oom-kill:blur:blur.js',
  })
  const python = 'Traceback (most recent call last):\n  File "a.py", line 1, in f'
  const own = incidentSpan(incident({ errorStack: python, fingerprint: '' }), [], IDENTITY).meta
  expect(own['error.stack']).toBe(python)
  expect(own).not.toHaveProperty('error.fingerprint')
})

test('it is of the version that died, though another reports it, unless the user named one', () => {
  const version = (isAppVersion: boolean) =>
    incidentSpan(incident(), [], { ...IDENTITY, isAppVersion }).meta.version
  expect([version(true), version(false)]).toEqual(['0.1.0', '1.2.3'])
})

test('what is not known has no tag', () => {
  const nothing = {
    limitBytes: null,
    treeRssBytes: null,
    heapUsedBytes: null,
    heapLimitBytes: null,
    samples: [],
    processes: [],
    jobPeakBytes: null,
  }
  const unknown = incident({ memory: nothing, topAllocators: [], evidence: [], exitCode: null, jobIds: [] })
  const { meta, metrics } = incidentSpan({ ...unknown, pid: null, uptimeMs: null }, [], IDENTITY)
  const names = [...Object.keys(meta), ...Object.keys(metrics)]
  expect(
    names.filter((name) => /memory\.(?!total)|culprit|exit_code|uptime|process_id|job_ids/.test(name)),
  ).toEqual([])
  expect(meta['error.message']).toBe('killed by the system, out of memory')
})

test('it is the same span whenever it is sent, and another for another incident', () => {
  const ids = (id: string) => {
    const { trace_id, span_id, meta } = incidentSpan(incident({ id }), [], IDENTITY)
    return [meta['_dd.p.tid'], trace_id, span_id]
  }
  expect(ids('a')).toEqual(ids('a'))
  for (const n of [0, 1, 2]) expect(ids('a')[n]).not.toBe(ids('b')[n])
})

test('it and its jobs lead to each other', () => {
  const traceId = '6740f0a1000000008f3b2c1d4e5f6071'
  const lost = failedJob(1, { traceId, spanId: '255', incidentId: incident().id })
  const span = incidentSpan(incident(), [lost], IDENTITY)
  expect(JSON.parse(span.meta['_dd.span_links'] ?? '')).toEqual([
    {
      trace_id: traceId,
      span_id: '00000000000000ff',
      attributes: { 'studio.link': 'job', 'studio.job.id': 'job-1' },
      flags: 1,
    },
  ])
  const [link] = JSON.parse(jobSpan(lost, IDENTITY).meta['_dd.span_links'] ?? '')
  const hex = (id: bigint) => id.toString(16).padStart(16, '0')
  expect([link.trace_id, link.span_id]).toEqual([
    `${span.meta['_dd.p.tid']}${hex(span.trace_id)}`,
    hex(span.span_id),
  ])
})

test('a death of ten thousand jobs is one span that the Agent takes', () => {
  const lost = Array.from({ length: 10_000 }, (_, n) => failedJob(n))
  const span = incidentSpan(incident({ jobIds: lost.map(({ jobId }) => jobId) }), lost, IDENTITY)
  expect(span.metrics['studio.incident.jobs_lost']).toBe(10_000)
  expect(JSON.stringify(span.meta).length).toBeLessThan(30_000)
})
