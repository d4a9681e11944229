import { describe, expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { times } from '../../../testing/form/form'
import { OpenValue } from './open-value'
import { createScrubber } from './scrubber'
import { SplitSecrets } from './split-secrets'

const { scrub } = createScrubber({ homes: ['/root'], platform: 'linux', env: {} })
const RUNS = { numRuns: times(200, 10_000) }

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 8, maxLength: 30 })
const secretLines = fc.array(word, { minLength: 2, maxLength: 5 })
const names = fc.constantFrom(
  'password',
  'DB_PASSWORD',
  'client_secret',
  'apiKey',
  'HF_TOKEN',
  'smtp.password',
)
const lined = (lines: readonly string[], indent: string) => lines.map((line) => `${indent}${line}`).join('\n')

/** Ways to write a value in many lines; what follows it stays. */
const written: Readonly<Record<string, (name: string, lines: readonly string[]) => string>> = {
  'a literal block': (name, lines) => `user: jane\n${name}: |\n${lined(lines, '  ')}`,
  'a literal block in a mapping': (name, lines) => `db:\n  ${name}: |-\n${lined(lines, '    ')}`,
  'a literal block in a list': (name, lines) => `- ${name}: |2+\n${lined(lines, '    ')}`,
  'a folded block': (name, lines) => `${name}: >- # folded\n${lined(lines, '   ')}`,
  'a heredoc': (name, lines) => `export ${name}=$(cat <<EOF\n${lined(lines, '')}\nEOF\n)`,
  'a quoted heredoc': (name, lines) => `${name} = <<-'END'\n${lined(lines, '  ')}\n  END`,
  'three quotation marks': (name, lines) => `${name} = """\n${lined(lines, '')}\n"""`,
  'three quotation marks on lines of its own': (name, lines) => `${name} = """${lined(lines, '')}"""`,
  'three apostrophes around three quotation marks': (name, lines) =>
    `${name} = '''\n${lined(lines, '"""')}"""'''`,
  'three quotation marks around three apostrophes': (name, lines) =>
    `${name} = """\n${lined(lines, "'''")}'''"""`,
  'three quotation marks, whose first line ends in any sign': (name, lines) =>
    `${name} = """${lines.join('!\n')}.\n"""`,
  'three quotation marks, whose first line is long': (name, [first = '', ...lines]) =>
    `${name} = """${first.repeat(80)}\n${lined(lines, '')}\n"""`,
}
const put: Readonly<Record<string, (name: string, lines: readonly string[]) => string>> = {
  'texts side by side': (name, lines) => `${name} = (${lines.map((line) => `"${line}"`).join('\n    ')})`,
  'texts put together': (name, lines) => `${name}: ${lines.map((line) => `'${line}'`).join(' +\n  ')},`,
  'backslashes at line ends': (name, lines) => `${name}=${lines.join('\\\n')}`,
}

describe.each(Object.entries({ ...written, ...put }))('a value in %s', (_how, write) => {
  it('does not come out, and what follows does', () => {
    fc.assert(
      fc.property(names, secretLines, (name, lines) => {
        const out = scrub(`${write(name, lines)}\nport: 5432\nwidth: 512`)
        for (const line of lines) expect(out).not.toContain(line)
        expect(out).toContain('port: 5432\nwidth: 512')
      }),
      RUNS,
    )
  })
})

describe.each(Object.entries(written))('a value in %s, line by line', (_how, write) => {
  it('does not come out, and what follows does', () => {
    fc.assert(
      fc.property(names, secretLines, (name, lines) => {
        const open = new OpenValue()
        const text = `${write(name, lines)}\nport: 5432\nwidth: 512`
        const out = text.split('\n').map((line) => scrub(open.hide(line)))
        for (const line of lines) expect(out.join('\n')).not.toContain(line)
        expect(out.slice(-2)).toEqual(['port: 5432', 'width: 512'])
      }),
      RUNS,
    )
  })
})

it.each([
  'the token is >',
  'max_tokens: |',
  'key > 5',
  'seed: 5 |\n  model: x',
  'password: required\nname: jane',
  'properties:\n  password:\n    type: string\n    minLength: 8',
  'password:\n  - required\n  - hidden',
  'a key: 1\n  b: 2\n  c: 3',
  'Invalid token:\n    at parse (/app/index.js:1:2)\n    at run (/app/index.js:5:2)',
  'x = "a"\n"b": 1',
])('what is no secret stays: %j', (text) => {
  const open = new OpenValue()
  expect(scrub(text)).toBe(text)
  expect(text.split('\n').map((line) => scrub(open.hide(line)))).toEqual(text.split('\n'))
})

it.each([
  ['"""', "'''"],
  ["'''", '"""'],
])(
  'a value that %s opens, and nothing ends, is shown again only behind a thousand lines, and none of them with a character',
  (quotes, others) => {
    const open = new OpenValue()
    expect(scrub(open.hide(`password = ${quotes}`))).toBe(`password = ${quotes}`)
    for (let line = 0; line <= 1_000; line++)
      expect(open.hide(`hunter2 ${others} ${line}`)).toBe('<redacted>')
    expect(open.hide('step 5 of 9')).toBe('step 5 of 9')
  },
)

describe('a secret that is known, in several pieces', () => {
  const secrets = fc
    .tuple(word, word, fc.constantFrom('!', '&', '-', '$', '.'))
    .map(([a, b, sign]) => `q${a}${sign}${b}`)
  const between = fc.constantFrom('', '"', '\\', '" +', "'")
  it('does not come out but for less than eight of its first characters', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.integer({ min: 1, max: 15 }),
        between,
        fc.nat(1),
        (secret, at, sign, indent) => {
          const split = new SplitSecrets([secret])
          const lines = [
            `no ${secret.slice(0, at)}${sign}`,
            `${indent ? '    ' : ''}${sign.slice(0, 1).replace('\\', '')}${secret.slice(at)} is wrong`,
          ]
          const out = lines.map((line) => split.hide(line)).join('\n')
          expect(out).not.toContain(secret.slice(at))
          expect(out).not.toContain(secret.slice(0, 8))
          expect(out).toContain(' is wrong')
        },
      ),
      RUNS,
    )
  })

  it('does not come out where a shorter one begins as it does, in whichever order they are known', () => {
    fc.assert(
      fc.property(
        secrets,
        word,
        fc.integer({ min: 1, max: 8 }),
        fc.nat(1),
        fc.boolean(),
        (shorter, more, at, last, isFirst) => {
          const longer = `${shorter}${more}`
          const split = new SplitSecrets(isFirst ? [longer, shorter] : [shorter, longer])
          const end = longer.length - last
          const out = [`no ${longer.slice(0, at)}`, longer.slice(at, end), `${longer.slice(end)} is wrong`]
            .map((line) => split.hide(line))
            .join('\n')
          expect(out).not.toContain(more.slice(0, -1))
          expect(out).toContain(' is wrong')
        },
      ),
      RUNS,
    )
  })

  it('in three, and in a text of its own', () => {
    const split = new SplitSecrets(['correct-horse-battery-staple'])
    expect(
      ['it is correct-ho', 'rse-batt', 'ery-staple!', 'and more'].map((line) => split.hide(line)),
    ).toEqual(['it is <redacted>', '<redacted>', '<redacted>!', 'and more'])
    expect(split.hide('correct-horse-ba\n  ttery-staple')).toBe('<redacted>\n  <redacted>')
  })

  it('leaves lines alone that only end as one begins', () => {
    const split = new SplitSecrets(['correct-horse-battery-staple'])
    const lines = ['that is corr', 'and this is correct', 'horse riding', 'ery-staple']
    expect(lines.map((line) => split.hide(line))).toEqual(lines)
  })
})
