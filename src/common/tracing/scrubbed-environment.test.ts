import { describe, expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { createScrubber } from '../privacy/scrubber'
import { nameWeight } from '../privacy/secret-names'
import { isNothing } from '../privacy/secret-values'
import { scrubbedEnvironment } from './scrubbed-environment'

const TOKEN = `hf_${'a1B2'.repeat(8)}`
const { scrub } = createScrubber({ homes: ['/home/jane'], platform: 'linux', env: {} })
const tagsOf = (name: string, value: string) => scrubbedEnvironment({ [name]: value }, scrub)[name]

describe.each(['DD_TAGS', 'DD_TRACE_TAGS', 'DD_TRACE_GLOBAL_TAGS', 'OTEL_RESOURCE_ATTRIBUTES'])(
  '%s',
  (name) => {
    it.each([
      ['team:image,my_password:swordfish,shift:late', 'team:image,my_password:<redacted>,shift:late'],
      ['team:image my_password:swordfish  shift:late', 'team:image my_password:<redacted>  shift:late'],
      ['team=image,api.key=abc', 'team=image,api.key=<redacted>'],
      [`a:${TOKEN},models:/home/jane/models`, 'a:<redacted>,models:~/models'],
      [`${TOKEN}:a,alone`, '<redacted>:a,alone'],
      ['token:null,git.url:https://git.example/a:b', 'token:null,git.url:https://git.example/a:b'],
      ['', ''],
    ])('%s', (given, safe) => expect(tagsOf(name, given)).toBe(safe))

    it('loses no tag, and the value of each name that says that it is secret', () => {
      // None is by chance the name of a secret, or tells that there is no value.
      const word = fc
        .stringMatching(/^[a-z]{3,12}$/)
        .filter((text) => nameWeight(text) === null && !isNothing(text))
      const tags = fc.array(
        fc.tuple(fc.oneof(word, fc.constantFrom('password', 'api_key', 'x_token')), word),
        { minLength: 2 },
      )
      fc.assert(
        fc.property(tags, (all) => {
          const safe = tagsOf(name, all.map((tag) => tag.join(':')).join(','))?.split(',') ?? []
          expect(safe.map((tag) => tag.split(':')[0])).toEqual(all.map(([own]) => own))
          for (const [at, [own, value]] of all.entries())
            expect(safe[at]).toBe(/_|password/.test(own) ? `${own}:<redacted>` : `${own}:${value}`)
        }),
      )
    })
  },
)

it('changes what is sent alone', () => {
  const environment = { DD_SERVICE: `of ${TOKEN}`, DD_API_KEY: TOKEN, PATH: '/home/jane/bin' }
  expect(scrubbedEnvironment(environment, scrub)).toEqual({ ...environment, DD_SERVICE: 'of <redacted>' })
})
