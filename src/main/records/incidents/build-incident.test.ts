import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { temporaryFolder } from '../../../../testing/program/program'
import { explainExit } from '../../backend/exit-cause'
import { heap, type Known, NOTHING, SIGABRT, SIGKILL } from '../../backend/exit-cause.test-support'
import type { Death } from '../../backend/supervisor'
import { incident as sample } from '../../cli/testing/incident-sample'
import { buildIncident, incidentId, incidentTime } from './build-incident'
import type { Incident } from './incident'
import { IncidentStore } from './incident-store'
import { describeIncident } from './incident-words'
import { readIncidents } from './read-incidents'
import type { IncidentEvidence } from './run-evidence'
import { readSurroundings } from './surroundings'

const AT = Date.UTC(2026, 10, 23, 20, 11, 55, 678)
const AT_ONCE: Death['restart'] = {
  decision: 'restart',
  delayMs: 0,
  deathsInWindow: 1,
  reason: '1 of 5 deaths within 600 s',
}
const SURROUNDINGS = {
  versions: { app: '0.1.0' },
  os: { platform: 'linux', release: '6.1', arch: 'x64', totalMemoryBytes: 64 * 2 ** 30 },
}
/** The context of a run that nothing is known about. */
const UNSEEN: IncidentEvidence = {
  words: [],
  node: null,
  engine: null,
  memory: {
    limitBytes: null,
    treeRssBytes: null,
    heapUsedBytes: null,
    heapLimitBytes: null,
    samples: [],
    processes: [],
    jobPeakBytes: null,
  },
  profiles: { heap: null, cpu: null },
  topAllocators: [],
  stacks: [],
  stuck: null,
  stack: null,
}
const { memory, profiles, topAllocators } = sample()
const SEEN: IncidentEvidence = {
  words: ['it grew for an hour'],
  memory,
  profiles,
  topAllocators,
  node: null,
  engine: null,
  stacks: [],
  stuck: null,
  stack: null,
}
const MEANING = {
  advice: ['wait'],
  before: { times: 0, lastAt: null },
  fingerprint: 'studio:crash',
  errorStack: null,
  runtimeId: null,
}

function death(known: Known, restart: Death['restart'] = AT_ONCE): Death {
  const evidence = { ...NOTHING, ...known }
  const explanation = explainExit(evidence)
  if (!explanation) throw new Error('no death')
  return { evidence, explanation, restart }
}

function build(of: Death, over: Partial<Parameters<typeof buildIncident>[1]> = {}): Incident {
  return buildIncident(of, {
    id: incidentId(AT, 0.25),
    at: AT,
    jobIds: [],
    evidence: UNSEEN,
    surroundings: SURROUNDINGS,
    meaning: MEANING,
    ...over,
  })
}

describe('an incident', () => {
  it('holds what is known of the death, and of the run before it', () => {
    const known = { ...SIGABRT, memory: heap(231), uptimeMs: 1234.56, lastWords: ['goodbye'] }
    expect(build(death(known), { jobIds: ['a', 'b'], evidence: SEEN })).toEqual({
      schema: 1,
      id: '20261123-201155-6784',
      at: '2026-11-23T20:11:55.678Z',
      cause: 'heap-out-of-memory',
      oom: true,
      confidence: 'suspected',
      evidence: [...death(known).explanation.evidence, 'it grew for an hour'],
      ...MEANING,
      lastWords: ['goodbye'],
      errorLine: null,
      exitCode: 6,
      reason: 'crashed',
      pid: NOTHING.pid,
      uptimeMs: 1235,
      node: null,
      memory,
      profiles,
      topAllocators,
      stacks: [],
      jobIds: ['a', 'b'],
      restart: { decision: 'restart', delayMs: 0, deathsInWindow: 1, reason: '1 of 5 deaths within 600 s' },
      ...SURROUNDINGS,
      reported: false,
    })
  })

  it('says null where nothing is known', () => {
    const launchError = { name: 'Error', message: 'spawn EAGAIN' }
    expect(build(death({ launchError, pid: null, uptimeMs: 0 }))).toMatchObject({
      cause: 'launch-failed',
      exitCode: null,
      reason: null,
      pid: null,
      memory: UNSEEN.memory,
      profiles: UNSEEN.profiles,
    })
  })

  it('names 1000 jobs at most', () => {
    const jobIds = Array.from({ length: 1_001 }, (_, n) => `job-${n}`)
    expect(build(death(SIGKILL), { jobIds }).jobIds).toEqual(jobIds.slice(0, 1_000))
  })

  it.each<[string, Death, IncidentEvidence]>([
    ['with every number', death({ ...SIGABRT, memory: heap(231) }), SEEN],
    ['with none', death({ launchError: { name: 'Error', message: 'no' }, pid: null }), UNSEEN],
    ['that was the last', death(SIGKILL, { ...AT_ONCE, decision: 'give-up', delayMs: null }), SEEN],
  ])('can be read back from disk: %s', (_what, of, evidence) => {
    const dataFolder = temporaryFolder()
    const { log, lines } = captureLog()
    const incident = build(of, { evidence, surroundings: readSurroundings('0.1.0') })
    new IncidentStore({ dataFolder, log, now: Date.now }).write(incident)
    expect(readIncidents(dataFolder)).toEqual({ incidents: [incident], problems: [] })
    expect(lines).toEqual([])
  })
})

describe('an id', () => {
  it('sorts by time and is a file name everywhere', () => {
    const ids = [incidentId(AT, 0.9999999), incidentId(AT + 1_000, 0), incidentId(AT + 86_400_000, 0.5)]
    expect(ids).toEqual(['20261123-201155-678f', '20261123-201156-6780', '20261124-201155-6788'])
    expect(ids.toSorted()).toEqual(ids)
    for (const id of ids) expect(path.win32.basename(id)).toBe(id)
  })
})

describe('in words', () => {
  const later: Death['restart'] = { ...AT_ONCE, delayMs: 1_250 }
  const never: Death['restart'] = { ...AT_ONCE, decision: 'give-up', delayMs: null }
  const off: Death['restart'] = { ...never, decision: 'none', reason: 'restarts are switched off' }
  it.each<[string, Death, string[], string]>([
    [
      'at once',
      death({ exitCode: 7 }),
      [],
      'the backend died: exited with an error (exit code 7); restarting now; incident 20261123-201155-6784',
    ],
    [
      'with lost jobs, later',
      death({ exitCode: 7 }, later),
      ['a', 'b'],
      'the backend died: exited with an error (exit code 7); jobs lost: 2; restarting in 1.3 s; incident 20261123-201155-6784',
    ],
    [
      'never again',
      death({ exitCode: 7 }, never),
      [],
      'the backend died: exited with an error (exit code 7); not restarted automatically: 1 of 5 deaths within 600 s; incident 20261123-201155-6784',
    ],
    [
      'by the settings never again',
      death({ exitCode: 7 }, off),
      [],
      'the backend died: exited with an error (exit code 7); not restarted automatically: restarts are switched off; incident 20261123-201155-6784',
    ],
  ])('it says what happens now: %s', (_what, of, jobIds, words) => {
    expect(describeIncident(build(of, { jobIds }))).toBe(words)
  })

  it('it names who held the memory, or the node that ran, and what to type', () => {
    const blur = {
      function: 'blur',
      file: '/app/blur.js',
      line: 12,
      bytes: 2 ** 31,
      share: 0.62,
      cumulativeBytes: null,
      cumulativeShare: null,
    }
    const killed = { ...build(death(SIGKILL)), oom: true, topAllocators: [blur] }
    expect(describeIncident(killed, 'studio-monitor incidents 6784')).toMatch(
      /; culprit: blur \(\/app\/blur\.js:12\) with 62 %; .*; incident \S+-6784: studio-monitor incidents 6784$/,
    )
    const node = { id: '12', type: 'Sampler', pack: 'fast' }
    expect(describeIncident({ ...killed, topAllocators: [], node })).toContain(
      '; node that ran: Sampler (node 12)',
    )
    expect(describeIncident({ ...killed, oom: false })).not.toContain('culprit')
  })

  it('it needs no evidence', () => {
    expect(describeIncident({ ...build(death(SIGKILL)), evidence: [] })).toContain('(no evidence)')
  })
})

it('an incident’s id tells when it was', () => {
  expect(incidentTime(incidentId(AT, 0.25))).toBe(AT)
})
