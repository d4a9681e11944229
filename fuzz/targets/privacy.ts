import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createScrubber } from '../../src/common/privacy/scrubber'
import { textCorpus } from '../support/corpus'
import { mutatedText } from '../support/mutate'
import { promise, type Target } from '../support/target'

const SECRET = 'c0ffee5ec2e7c0ffee5ec2e7'
const HOMES = ['/home/some.one', 'C:\\Users\\Some One']
const scrubbers = (['linux', 'win32'] as const).map((platform) =>
  createScrubber({ homes: HOMES, platform, env: { DD_API_KEY: SECRET } }),
)
const text = mutatedText(textCorpus('private'))

export const privacy: Target = {
  name: 'privacy',
  promises: [
    promise(
      'a known secret never leaves',
      fc.tuple(text, text),
      ([before, after]) => {
        for (const { scrub } of scrubbers) assert.ok(!scrub(`${before}${SECRET}${after}`).includes(SECRET))
      },
      0.5,
    ),
    promise(
      'the home folder never leaves',
      fc.tuple(text, text),
      ([before, after]) => {
        for (const [index, { scrub }] of scrubbers.entries()) {
          const home = HOMES[index] ?? ''
          assert.ok(!scrub(`${before} "${home}" ${after}`).includes(`"${home}"`))
        }
      },
      0.5,
    ),
  ],
}
