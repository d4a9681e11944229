import { describe, expect, it } from 'vitest'
import { knownSecrets } from './known-secrets'
import { mayHoldSecret, SecretFinder } from './secrets'

const hideSecrets = (text: string, known: readonly string[]) => new SecretFinder(known).hide(text)

const JWT = `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIxMjM0In0'}.c2lnbmF0dXJl-_x`
const HF = `hf_${'aB3'.repeat(12)}`

describe('blanked', () => {
  it.each([
    [`401 for https://huggingface.co/a with ${HF}`, '401 for https://huggingface.co/a with <redacted>'],
    ['Authorization: Basic YWxhZGRpbjpvcGVu', 'Authorization: Basic <redacted>'],
    ['"authorization":"Bearer abcdefghij"', '"authorization":"Bearer <redacted>"'],
    ['sent bearer abc123def456ghi', 'sent bearer <redacted>'],
    [`cookie: a=${JWT}; b=1`, 'cookie: <redacted>'],
    ['https://me:p%40ss@example.com:8080/a?b=c', 'https://<redacted>@example.com:8080/a?b=c'],
    ['redis://:p@ss@cache:6379', 'redis://<redacted>@cache:6379'],
    ['https://ghp@github.com/a/b', 'https://<redacted>@github.com/a/b'],
    ['GET /v1?api_key=0123456789abcdef&size=3', 'GET /v1?api_key=<redacted>&size=3'],
    [
      'GET /a?X-Amz-Credential=AKIA%2F2026&X-Amz-Signature=00ff00ff',
      'GET /a?X-Amz-Credential=<redacted>&X-Amz-Signature=<redacted>',
    ],
    ['{"apiKey":"0123 456 789","n":1}', '{"apiKey":"<redacted>","n":1}'],
    ['{\\"token\\":\\"abcdef\\"}', '{\\"token\\":\\"<redacted>\\"}'],
    ["{ password: 'correct horse' }", "{ password: '<redacted>' }"],
    ['DD_API_KEY=0123456789abcdef0123456789abcdef', 'DD_API_KEY=<redacted>'],
    ['API key: 0123456789abcdef0123456789abcdef is not valid', 'API key: <redacted> is not valid'],
    ['password=abc', 'password=<redacted>'],
    ['password: hunter2', 'password: <redacted>'],
    ['Server=db;Uid=sa;Pwd=secret1;', 'Server=db;Uid=sa;Pwd=<redacted>;'],
    ['python main.py --hf-token abc --port 1', 'python main.py --hf-token <redacted> --port 1'],
    ['AKIAIOSFODNN7EXAMPLE', '<redacted>'],
    [`ghp_${'a1'.repeat(18)}, github_pat_${'a1'.repeat(20)}`, '<redacted>, <redacted>'],
    [`sk-proj-${'a1'.repeat(20)} and sk_live_${'a1'.repeat(10)}`, '<redacted> and <redacted>'],
    [`xoxb-1234567890-abc glpat-${'x'.repeat(20)} AIza${'x'.repeat(35)}`, '<redacted> <redacted> <redacted>'],
    ['a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b', 'a <redacted> b'],
    ['a -----BEGIN PRIVATE KEY-----\\nMIIE cut of', 'a <redacted>'],
  ])('%s', (text, hidden) => expect(hideSecrets(text, [])).toBe(hidden))

  it('what is known to be secret, in each spelling', () => {
    const known = knownSecrets({ DD_API_KEY: 'top"secret/value', MY_HF_TOKEN: 'top"secret/value/longer' })
    const said = [
      'top"secret/value/longer',
      JSON.stringify('top"secret/value'),
      encodeURIComponent('top"secret/value'),
    ]
    expect(hideSecrets(said.join(' '), known)).toBe('<redacted> "<redacted>" <redacted>')
  })
})

it.each([
  'job 123e4567-e89b-12d3-a456-426614174000 of 3f786850e387550fdab836ed7e6dc881de23001b',
  'sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'trace 3f786850e387550fdab836ed7e6dc881, span 1234567890123456789',
  'SyntaxError: Unexpected token \'<\', "<!DOCTYPE "... is not valid JSON',
  'Unexpected token: newline; max_token=77; pad_token: eos; token=null; --seed 12',
  'the bearer authentication failed; Basic authentication required',
  'the password is wrong; password: required',
  'a token is missing: see https://example.com/docs/token',
  'connect ECONNREFUSED 127.0.0.1:8126, at file.js:10:5',
  'git clone ssh://git@github.com/a/b.git',
  'task-sk-1 uses risk-assessment-of-a-long-named-thing',
  'seed=8566257 steps: 20 cfg=7.5 sampler_name=euler design=modern',
  'the heap grew to 4.1 GB, 93 % of it from loadModel (src/models.ts:12)',
])('left alone: %s', (text) => expect(hideSecrets(text, [])).toBe(text))

it('known are long values with a secret name, and no paths of files', () => {
  expect(
    knownSecrets({
      DD_API_KEY: 'aaaaaaaaaaaa',
      DD_APP_KEY: 'bbbbbbbbbbbb',
      CIVITAI_API_KEY: ' cccccccccccc\n',
      GITHUB_TOKEN: 'short',
      GITHUB_TOKEN_FILE: '/run/secrets/token',
      TOKENIZERS_PARALLELISM: 'false-false',
      GIT_ASKPASS: '/usr/bin/askpass',
      HOME: '/home/someone',
      EMPTY_TOKEN: undefined,
    }),
  ).toEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'])
})

describe('a setting', () => {
  it.each([
    ['DD_API_KEY', 'x'],
    ['MY_PASSWORD', 'x'],
    ['URL', 'http://me:pw@host'],
    ['URL', 'http://me@host'],
    ['URL', 'http://me:p/w@host'],
    ['ARGS', '["--token","x"]'],
    ['ARGS', '--api-key=x'],
    ['ARGS', 'password: x'],
    ['GITHUB_PAT', 'x'],
    ['ARGS', `["ghp_${'a1'.repeat(18)}"]`],
    ['ARGS', 'authorization: Bearer abcdef0123456789'],
    ['ARGS', '-----BEGIN PRIVATE KEY-----'],
  ])('%s with %s is a secret', (name, value) => {
    expect(mayHoldSecret(name, value)).toBe(true)
  })

  it('a value of many colons is judged at once', () => {
    expect(mayHoldSecret('DD_TAGS', ':'.repeat(2 ** 17))).toBe(false)
    expect(mayHoldSecret('DD_TAGS', `${':'.repeat(2 ** 17)}@`)).toBe(true)
  })

  it.each([
    ['DD_ENV', 'production'],
    ['URL', 'http://host:8126/a'],
    ['ENTRY', '/home/me/tokenizer/index.js'],
    ['ENTRY', '/x/node_modules/@scope/y.js'],
  ])('%s with %s is none', (name, value) => expect(mayHoldSecret(name, value)).toBe(false))
})
