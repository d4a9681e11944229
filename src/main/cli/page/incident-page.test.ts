import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { encodePythonProfile } from '../../../common/engine/python-profile'
import type { Incident } from '../../records/incidents/incident'
import { failedJob } from '../../records/jobs/testing/samples'
import { temporaryFolder } from '../../records/jobs/testing/temporary-folder'
import { incident } from '../testing/incident-sample'
import { incidentPage } from './write-page'

const SCRIPT = 'drawn()'
const JOB = failedJob(1, { jobId: 'job-1', startedAt: '2026-11-23T20:12:40.000Z', incidentId: incident().id })

/** A record in which every text is that one. */
function saying(text: string): Incident {
  const one = incident()
  const [allocator] = one.topAllocators
  const [sample] = one.memory.samples
  if (!allocator || !sample) throw new Error('the sample incident has both')
  return {
    ...one,
    evidence: [text],
    lastWords: [text],
    advice: [text],
    errorStack: text,
    reason: text,
    node: { id: text, type: text, pack: text },
    topAllocators: [{ ...allocator, function: text, file: text }],
    stacks: [{ thread: text, frames: [{ function: text, file: text, line: 1 }] }],
    profiles: { heap: 'heap.pprof', cpu: null },
    versions: { [text]: text },
    restart: { ...one.restart, decision: 'give-up', reason: text },
    memory: { ...one.memory, samples: [{ ...sample, at: '2026-11-23T20:12:30.000Z' }, sample] },
  }
}

function pageSaying(text: string): string {
  const folder = temporaryFolder()
  mkdirSync(path.join(folder, 'profiles'))
  const frames = [{ function: text, file: text, line: 3 }]
  const profile = {
    types: [['heap-space', 'bytes'] as const],
    samples: [{ frames, values: [9] }],
    at: 1,
    durationMs: 0,
  }
  writeFileSync(path.join(folder, 'profiles/heap.pprof'), encodePythonProfile(profile))
  return incidentPage(folder, saying(text), [{ ...JOB, name: text, kind: text }], SCRIPT)
}

const tags = (page: string) => [...page.matchAll(/<\/?[a-z!][^\s>]*/gi)].map(([tag]) => tag)

it('has the same markup whatever the names in it are', () => {
  const expected = tags(pageSaying('blur'))
  expect(expected.filter((tag) => tag === '<script')).toHaveLength(2)
  const part = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom(
      '</script>',
      '<img src=x onerror=alert(1)>',
      '</pre>',
      '<!--',
      '-->',
      '\u202e',
      '" onload="',
      "'",
    ),
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 1 }), (parts) => {
      const page = pageSaying(`a${parts.join('')}z`)
      expect(tags(page)).toEqual(expected)
      expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
    }),
    { numRuns: 60 },
  )
})

it('runs its own script alone, and loads nothing', () => {
  const page = pageSaying('blur')
  expect(page).toMatch(
    /Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/,
  )
  expect(page).not.toMatch(/(?:src|href)=|url\(|@import/)
})

it('holds no secret and no home folder', () => {
  const page = pageSaying(`${process.env.HOME ?? ''}/x token=ghp_0123456789abcdefghijABCDEFGHIJ012345`)
  expect(page).toContain('~/x token=&lt;redacted&gt;')
  expect(page).not.toContain('ghp_')
})

it('says what of a profile could not be shown, and shows the rest', () => {
  const one = incident({ profiles: { heap: 'gone.pprof', cpu: null } })
  const page = incidentPage(temporaryFolder(), one, [], SCRIPT)
  expect(page).toContain('The profile gone.pprof could not be shown: ENOENT')
  expect(page).toContain('Who held the memory')
})
