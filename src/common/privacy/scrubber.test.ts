import { describe, expect, it } from 'vitest'
import { runProgram } from '../../../testing/program/program'
import { createScrubber, scrubbedTo } from './scrubber'

const KEY = '0123456789abcdef0123456789abcdef'

describe('scrub', () => {
  const { scrub, hideSecrets } = createScrubber({
    homes: ['/home/someone'],
    platform: 'linux',
    env: { DD_API_KEY: KEY },
  })

  it('shortens the home folder and hides secrets', () => {
    expect(scrub(`no ${KEY} in /home/someone/.env (token=abcdef)`)).toBe(
      'no <redacted> in ~/.env (token=<redacted>)',
    )
  })

  it('leaves paths as they are for what stays here', () => {
    expect(hideSecrets(`/home/someone/${KEY}/a.js`)).toBe('/home/someone/<redacted>/a.js')
  })
})

describe('of this process', () => {
  it('knows its home folder and the secrets that were in its environment at the first use', async () => {
    const program = `
      import { scrub, scrubbedTo } from './scrubber'
      process.env.DD_API_KEY = '${KEY}'
      console.log(scrub(process.env.HOME + '/a ${KEY}'))
      console.log(scrubbedTo(12, 'x token=abcdefghijkl'))
      console.log(scrubbedTo(5, 'y'.repeat(1e8)))`
    const { stdout } = await runProgram(program, { from: __dirname, env: { HOME: '/home/nobody-else' } })
    expect(stdout.trim().split('\n')).toEqual(['~/a <redacted>', 'x token=<red', 'yyyyy'])
  })
})

it('a secret that is cut before it can be known does not come out, however much was blanked before it', () => {
  const before = `${'password=hunter2hunter2hunter2 '.repeat(100).slice(0, 1_395)} `
  const text = `${before}ghp_${'a1'.repeat(18)} and more`
  expect(scrubbedTo(200, text)).not.toContain('ghp')
  expect(scrubbedTo(2_000, before)).toContain('password=<redacted> password')
})
