import { describe, expect, it } from 'vitest'
import { NOW, run } from '../testing/run'
import { type Check, ok, problem, warning } from './check'
import { examine } from './index'
import { runChecks } from './run-checks'

const SECRET = 'abcdefghijkl'
const checks: Check[] = [
  { name: 'one', run: () => ok('works', [`--token ${SECRET}`]) },
  { name: 'two', run: async () => warning('half works', 'mend it') },
  {
    name: 'three',
    run: () => {
      throw new Error(`token=${SECRET} is wrong\u001b[31m`)
    },
  },
]

async function report(
  which: readonly Check[],
  { json = false, verbose = false, isTerminal = false, onText = (_: string) => {} } = {},
) {
  let stdout = ''
  const write = (text: string) => {
    stdout += text
    onText(stdout)
  }
  const code = await examine(which, { json, verbose }, { stdout: write, color: false, isTerminal })
  return { code, stdout }
}

describe('the report', () => {
  it('has a line for each check, its facts, and last what to do next; no secrets', async () => {
    expect(await report([...checks.slice(1), ...checks.slice(0, 1)])).toEqual({
      code: 1,
      stdout: `         checking two
         checking three
         checking one
ok       one: works
           --token <redacted>

warning  two: half works
         -> mend it
problem  three: could not be checked: token=<redacted> is wrong
         -> this should not happen: please report it

1 problem, 1 warning.
`,
    })
  })

  it('is one object for scripts', async () => {
    const { code, stdout } = await report(checks, { json: true, isTerminal: true })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'problem',
      checks: [
        { check: 'one', state: 'ok', summary: 'works', details: ['--token <redacted>'], next: null },
        { check: 'two', state: 'warning', next: 'mend it' },
        { check: 'three', state: 'problem' },
      ],
    })
    expect(stdout).not.toContain(SECRET)
  })

  it.each([true, false])('names each check as it begins, on a terminal: %s', async (isTerminal) => {
    let seen = ''
    const slow = ['first', 'second'].map(
      (name): Check => ({
        name,
        run: () =>
          seen.includes(`checking ${name}`) ? ok('it was told') : problem('it was not told', 'mend'),
      }),
    )
    const { code, stdout } = await report(slow, { isTerminal, onText: (text) => (seen = text) })
    expect({ code, isErased: stdout.includes('\r') }).toEqual({ code: 0, isErased: isTerminal })
  })

  it('has what is as usual when asked, and always for scripts', async () => {
    const usual = [{ name: 'one', run: () => ok('works', ['set'], ['by default: A = 1']) }]
    expect((await report(usual)).stdout).not.toContain('by default')
    expect((await report(usual, { verbose: true })).stdout).toContain('\n           by default: A = 1\n')
    expect((await report(usual, { json: true })).stdout).toContain('by default: A = 1')
  })

  it('ends with 0 unless there are problems', async () => {
    expect((await report(checks.slice(0, 2))).code).toBe(0)
    expect(await report([])).toEqual({ code: 0, stdout: '\nno problems, no warnings.\n' })
  })
})

it('a check that never ends is a problem, and the next one runs', async () => {
  const endless: Check = { name: 'endless', run: () => new Promise(() => {}) }
  const findings = await runChecks([endless, { name: 'next', run: () => problem('x', 'y') }], 20)
  expect(findings.map(({ check, summary }) => [check, summary])).toEqual([
    ['endless', 'no result within 0.02 s'],
    ['next', 'x'],
  ])
})

it('help and wrong arguments need no machine', async () => {
  expect(await run('/nowhere', ['doctor', '--help'], { now: NOW })).toMatchObject({ code: 0, stderr: '' })
  for (const [argument, said] of [
    ['--jsno', 'unknown option --jsno: known are --json, --verbose, --help. Did you mean --json?'],
    ['word', 'only options are accepted, not "word": see --help'],
    ['--json=1', '--json takes no value, not "1"'],
  ] as const) {
    const { code, stdout, stderr } = await run('/nowhere', ['doctor', argument])
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `studio-monitor: doctor: ${said}\n`,
    })
  }
})
