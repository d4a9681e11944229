import { describe, expect, it } from 'vitest'
import { describeEngine, type EngineFacts } from './engine-check'

const FACTS: EngineFacts = {
  command: ['python3', 'main.py'],
  folder: '/studio',
  program: '/usr/bin/python3',
  url: 'http://127.0.0.1:8188',
  isProbed: true,
  record: {
    pid: 7,
    startTime: 1,
    python: '3.11.2',
    executable: '/usr/bin/python3',
    ddtrace: '4.16.0',
    missingHooks: [],
    packs: [
      { pack: 'slow', ms: 4_000, bytes: 800 * 2 ** 20, ok: true },
      { pack: 'torn', ms: 1_000, bytes: 0, ok: false },
    ],
  },
  isPortTaken: true,
  api: '/queue',
  gpu: { usedBytes: 2 ** 30, totalBytes: 24 * 2 ** 30 },
}
const RECORD = FACTS.record as NonNullable<EngineFacts['record']>

describe('the engine', () => {
  it('that is well is told with all that is known of it', () => {
    expect(describeEngine(FACTS)).toEqual({
      state: 'ok',
      summary: 'python3 main.py, with its API at http://127.0.0.1:8188',
      details: [
        'program: /usr/bin/python3; folder: /studio',
        'Python 3.11.2, /usr/bin/python3 (last start)',
        'ddtrace 4.16.0',
        'probe: all hooks found',
        "custom_nodes: 2 packs took 5.0 s and 800 MiB to load: slow 4.0 s and 800 MiB; torn 1.0 s and 0 B; not loaded, the engine's log says why: torn",
        'port: 127.0.0.1:8188; its jobs are listed by /queue',
        'GPU: 1 GiB of 24 GiB in use, of the fullest',
      ],
      next: null,
    })
  })

  it('without its program is a problem', () => {
    expect(describeEngine({ ...FACTS, program: null })).toMatchObject({
      state: 'problem',
      summary: 'there is no program python3',
    })
  })

  it('that lacks what the probe watches is a warning that names it', () => {
    const { state, details } = describeEngine({
      ...FACTS,
      record: { ...RECORD, missingHooks: ['PromptQueue.put'] },
    })
    expect(state).toBe('warning')
    expect(details).toContain('probe: missing PromptQueue.put')
  })

  it('whose port is somebody else’s is a warning', () => {
    expect(describeEngine({ ...FACTS, api: null }).state).toBe('warning')
  })

  it.each<[string, Partial<EngineFacts>]>([
    ['Python, ddtrace and hooks: known once the engine has been started', { record: null }],
    [
      'Python, ddtrace and hooks: the probe said nothing at the last start',
      { record: { ...RECORD, python: null } },
    ],
    [
      'ddtrace: not loaded at the last start; "pip install ddtrace" in that Python brings it',
      { record: { ...RECORD, ddtrace: null } },
    ],
    [
      'probe: the engine ended before the probe had found its functions',
      { record: { ...RECORD, missingHooks: null } },
    ],
    ['custom_nodes: the engine was not ready at its last start', { record: { ...RECORD, packs: null } }],
    ['the probe is switched off by STUDIO_ENGINE_PROBE', { isProbed: false }],
    ['port: nothing listens on 127.0.0.1:8188; the engine does not run', { isPortTaken: false, api: null }],
    ['GPU: none that nvidia-smi lists', { gpu: null }],
  ])('%s', (detail, changes) => {
    const { state, details } = describeEngine({ ...FACTS, ...changes })
    expect(details).toContain(detail)
    expect(state).toBe('ok')
  })
})
