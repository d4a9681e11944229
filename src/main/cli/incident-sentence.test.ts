import { expect, it } from 'vitest'
import { CAUSES } from '../backend/cause'
import { culpritWords } from '../records/incidents/culprit-words'
import { failedJob } from '../records/jobs/testing/samples'
import { incidentSentence } from './incident-sentence'
import { incident } from './testing/incident-sample'

const NONE = { jobIds: [], uptimeMs: 90_000 }

it('says who, what, when, during which job, what was lost and what follows', () => {
  const one = incident({ cause: 'heap-out-of-memory', jobIds: ['job-1'] })
  const job = failedJob(1, { name: 'poster', kind: null, progress: 0.29, incidentId: one.id })
  expect(incidentSentence(one, [job])).toBe(
    'The Studio backend ran out of JavaScript heap after 12 min 30 s during poster at 29 %; 1 job lost. It was set to restart at once.',
  )
})

it.each([
  [
    { cause: 'kernel-oom-kill', confidence: 'suspected' },
    "was probably killed by the system's out-of-memory",
  ],
  [
    { cause: 'killed', confidence: 'suspected' },
    'was killed from outside, probably for want of memory, after',
  ],
  [{ cause: 'crash', confidence: 'proven', oom: false }, 'crashed after 1 min 30 s.'],
] as const)('of %j it claims no more than is known', (over, words) => {
  expect(incidentSentence(incident({ ...NONE, ...over }), [])).toContain(words)
})

it('of a backend that lived on says so', () => {
  const alive = incident({ cause: 'unresponsive', oom: false, uptimeMs: null, jobIds: ['a', 'b'] })
  expect(incidentSentence(alive, [])).toBe(
    'The Studio backend stopped responding; 2 jobs under way. It went on.',
  )
})

it('names the engine where there is one', () => {
  const node = { id: '12', type: 'KSampler', pack: null }
  expect(incidentSentence(incident({ node }), [])).toMatch(/^Studio's engine /)
})

it.each(CAUSES)('of %s is a sentence', (cause) => {
  for (const oom of [true, false])
    for (const confidence of ['proven', 'suspected'] as const)
      expect(incidentSentence(incident({ ...NONE, cause, oom, confidence }), [])).toMatch(
        /^The Studio backend [a-z][^;]+ after 1 min 30 s\. It was set to restart at once\.$/,
      )
})

it('names nobody where nobody was measured', () => {
  expect(culpritWords(incident({ topAllocators: [] }))).toBeNull()
})
