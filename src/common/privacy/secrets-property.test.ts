import { describe, expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { times } from '../../../testing/form/form'
import { GITLEAKS_RULES } from './gitleaks-rules'
import { OpenKeyBlock } from './key-block'
import { createScrubber } from './scrubber'
import { SecretFinder } from './secrets'
import samples from './secrets.samples.json'

const { scrub } = createScrubber({ homes: ['/root'], platform: 'linux', env: {} })
const RUNS = { numRuns: times(300, 20_000) }

describe('of the samples', () => {
  it.each(samples.redact)('$label does not come out', ({ text, secrets }) => {
    const open = new OpenKeyBlock()
    const lines = Array.isArray(text) ? text : [text]
    const out = lines.map((line) => scrub(open.hide(line))).join('\n')
    for (const secret of secrets) expect(out).not.toContain(secret)
  })
  it.each(samples.readable)('$text stays readable', ({ text, stays }) => expect(scrub(text)).toContain(stays))
})

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const random = (length: number, of = letters) =>
  fc.string({ unit: fc.constantFrom(...of), minLength: length, maxLength: length })
const of = (prefix: string, length: number, from = letters) => random(length, from).map((end) => prefix + end)
/** Keys with a shape, one of each kind. */
const shaped = fc.oneof(
  of('ghp_', 36),
  of('glpat-', 20),
  of('hf_', 34),
  of('npm_', 36),
  of('AKIA', 16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
  of('sk_live_', 24),
  of('sk-ant-api03-', 60),
  of('sk-proj-', 40),
  of('AIza', 35),
  of('shpat_', 32, '0123456789abcdef'),
  of('dop_v1_', 64, '0123456789abcdef'),
  of('lin_api_', 40),
  of('pul-', 40, '0123456789abcdef'),
  of('xoxb-1234567890-', 24),
  of('rubygems_', 48, '0123456789abcdef'),
  of('sntryu_', 64, '0123456789abcdef'),
  of('pplx-', 48),
  of('dapi', 32, '0123456789abcdef'),
)
const json = (text: string) => JSON.stringify({ said: text })
const embeddings: Readonly<Record<string, (secret: string) => string>> = {
  'a sentence': (secret) => `401 for ${secret}, try again`,
  'an end of a sentence': (secret) => `It was ${secret}.`,
  brackets: (secret) => `failed (${secret})`,
  JSON: (secret) => json(`no ${secret}`),
  'JSON in JSON': (secret) => json(json(`no ${secret}`)),
  'an address': (secret) => `GET /a?b=${encodeURIComponent(`x ${secret}&y`)}`,
  'an address in one': (secret) => `GET /a?b=${encodeURIComponent(encodeURIComponent(`"${secret}"`))}`,
  'every byte in percent': (secret) =>
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  base64: (secret) => `got ${Buffer.from(`user:${secret}`).toString('base64')} from it`,
  'base64 for addresses': (secret) => `got ${Buffer.from(`the key ${secret}`).toString('base64url')} from it`,
  'base64 in lines': (secret) =>
    (
      Buffer.from(`hello there ${secret} and more`)
        .toString('base64')
        .match(/.{1,20}/g) ?? []
    ).join('\n'),
  'colours around': (secret) => `key\u001b[1;31m${secret}\u001b[0m.`,
  'colours within': (secret) =>
    `no \u001b[31m${secret.slice(0, 9)}\u001b[0m\u001b[32m${secret.slice(9)}\u001b[0m`,
  'zero-width characters within': (secret) => `no ${[...secret].join('\u200b')}`,
  'a line end within': (secret) => `no ${secret.slice(0, -4)}\n    ${secret.slice(-4)} more`,
  'unicode escapes': (secret) =>
    `{"a":"${[...secret].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"}`,
}

/** The part of a secret that would be of use: its end, without a beginning that everybody knows. */
const tail = (secret: string) => secret.slice(-12)

describe.each(Object.entries(embeddings))('in %s', (_where, embed) => {
  it('a key with a shape does not come out', () => {
    fc.assert(
      fc.property(shaped, (secret) => {
        const out = scrub(embed(secret))
        expect(out).not.toContain(tail(secret))
        expect(out.length).toBeLessThan(embed(secret).length)
      }),
      RUNS,
    )
  })

  it('a value that is known does not come out', () => {
    const known = fc
      .tuple(random(12), fc.constantFrom('-', '.', '!', '/', '+', ' '))
      .map(([text, sign]) => `q7${text}${sign}${text}`)
    fc.assert(
      fc.property(known, (secret) => {
        const own = new SecretFinder([secret])
        const out = own.hide(embed(secret))
        expect(out).not.toContain(tail(secret))
        expect(out).not.toBe(embed(secret))
      }),
      { numRuns: times(100, 5_000) },
    )
  })
})

const password = fc
  .string({ unit: fc.constantFrom(...letters, '!', '@', '*', '-', '_', '.'), minLength: 6, maxLength: 24 })
  .filter((text) => /\d/.test(text) && /[a-z]/.test(text) && !/^[-.*]/.test(text) && !text.includes('--'))
const names = fc.constantFrom(
  'password',
  'DB_PASSWORD',
  'PGPASSWORD',
  'client_secret',
  'apiKey',
  'x-api-key',
  'HF_TOKEN',
  'access_token',
  'secretKey',
  'SENTRY_DSN',
  'smtp.password',
  'aws_secret_access_key',
  'MY_SERVICE_KEY',
  'BASIC_AUTH',
)
const assignments: Readonly<Record<string, (name: string, value: string) => string>> = {
  'an environment': (name, value) => `HOME=/x ${name}=${value} LANG=C`,
  JSON: (name, value) => JSON.stringify({ a: 1, [name]: value, b: 'c' }),
  'JSON in JSON': (name, value) => JSON.stringify({ said: JSON.stringify({ [name]: value }) }),
  Python: (name, value) => `connect(user='jane', ${name}='${value}', port=5432)`,
  YAML: (name, value) => `user: jane\n${name}: ${value}\nport: 5432`,
  'YAML in quotation marks': (name, value) => `  ${name}: "${value}"`,
  TOML: (name, value) => `[db]\n${name} = "${value}"\nport = 1`,
  'a query': (name, value) => `GET /a?x=1&${name}=${encodeURIComponent(value)}&y=2`,
  'a command line': (name, value) => `python main.py --${name.toLowerCase()} ${value} --port 8188`,
  'a command line with =': (name, value) => `main --${name}=${value}`,
  XML: (name, value) => `<db><${name}>${value}</${name}></db>`,
  'an export': (name, value) => `export ${name}="${value}"`,
}
describe.each(Object.entries(assignments))('in %s', (_where, assign) => {
  it('the value of a name that says it is secret does not come out', () => {
    fc.assert(
      fc.property(names, password, (name, value) => {
        expect(scrub(assign(name, value))).not.toContain(value)
      }),
      RUNS,
    )
  })
})

const words = fc.constantFrom(
  ...'the model was loaded in seconds from disk and a tensor of shape has no gradient while running node sampler finished step prompt queue token tokens key keys password secret author signature session cookie authentication passing monkey keyboard'.split(
    ' ',
  ),
)
const hex = (length: number) => random(length, '0123456789abcdef')
const readable = fc.oneof(
  fc.array(words, { minLength: 2, maxLength: 12 }).map((all) => all.join(' ')),
  hex(40).map((id) => `commit ${id} of main`),
  hex(64).map((sum) => `sha256:${sum} model.safetensors`),
  fc.uuid().map((id) => `job ${id} is done`),
  fc.tuple(words, words, fc.nat(9_999)).map(([one, two, n]) => `/usr/lib/${one}/${two}_${n}.py:${n}:12`),
  fc.tuple(words, fc.nat()).map(([word, n]) => `INFO ${word}_count=${n} seed=${n} steps: ${n % 99}`),
  hex(32).map((id) => `trace_id=${id} span 1234567890123456789`),
  fc.date({ noInvalidDate: true }).map((date) => `${date.toISOString()} [INFO] started`),
)
it('what is no secret stays as it is', () => {
  fc.assert(
    fc.property(readable, (text) => {
      expect(scrub(text)).toBe(text)
    }),
    { numRuns: times(2_000, 100_000) },
  )
})

it('each rule of gitleaks begins with what it is looked for by', () => {
  for (const [beginnings, source] of GITLEAKS_RULES) {
    for (const one of beginnings.split(' ')) expect(one.length, source).toBeGreaterThanOrEqual(3)
  }
})

describe('a private key that comes line by line', () => {
  const read = (lines: readonly string[]) => {
    const open = new OpenKeyBlock()
    return lines.map((line) => scrub(open.hide(line)))
  }
  it('is hidden to its end, and what follows is not', () => {
    const key = [
      '-----BEGIN RSA PRIVATE KEY-----',
      'Proc-Type: 4,ENCRYPTED',
      '',
      'QyNTUxOQAAACDsecretsecret',
      'c2hvcnQ=',
      '-----END RSA PRIVATE KEY-----',
    ]
    const out = read(['before', ...key, 'after the key 0123456789abcdef0123'])
    expect(out.join()).not.toMatch(/secretsecret|c2hvcnQ/)
    expect([out[0], out.at(-1)]).toEqual(['before', 'after the key 0123456789abcdef0123'])
  })
  it('without an end hides no lines that have nothing of a key', () => {
    const out = read([
      '-----BEGIN PRIVATE KEY-----',
      'an error',
      'in words',
      'and more',
      'commit 3f786850e387550fdab836ed7e6dc881de23001b',
    ])
    expect(out.slice(1)).toEqual([
      'an error',
      'in words',
      'and more',
      'commit 3f786850e387550fdab836ed7e6dc881de23001b',
    ])
  })
})
