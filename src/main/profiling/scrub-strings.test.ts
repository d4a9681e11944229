import { gunzipSync, gzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { expect, it } from 'vitest'
import { scrubStrings } from './scrub-strings'
import { pprofBytes } from './testing/pprof-bytes'

const HOME = `/home/${'long-name/'.repeat(20)}someone`
const profileOf = (folder: string) =>
  Buffer.from(
    gzipSync(pprofBytes({ samples: [[[`leak ${folder}/a.js:3`, `main ${folder}/main.js:9`], 1, 64]] })),
  )
const shorten = (text: string) => text.replaceAll(HOME, '~')

it('writes the home folder of each file as ~, and changes nothing else', async () => {
  const own = profileOf(HOME)
  const sent = await scrubStrings(own, shorten)
  const [before, after] = [own, sent ?? Buffer.alloc(0)].map((file) => Profile.decode(gunzipSync(file)))
  expect(before?.stringTable.strings.join()).toContain(HOME)
  expect(after?.stringTable.strings).toEqual(before?.stringTable.strings.map(shorten))
  expect(after?.sample).toEqual(before?.sample)
  expect(after?.location).toEqual(before?.location)
})

it('sends one without the home folder as it is', async () => {
  const own = profileOf('/opt/studio')
  expect(await scrubStrings(own, shorten)).toBe(own)
})

it.each([
  ['a text', gzipSync('no pprof')],
  ['one that is not packed', Buffer.from(HOME)],
  ['nothing', gzipSync('')],
  ['another protobuf', gzipSync(Buffer.from([0x0a, 0x02, 0x08, 0x01, 0x12, 0x05, ...Buffer.from('hello')]))],
  [
    'a profile with a text behind it',
    gzipSync(Buffer.concat([gunzipSync(profileOf('/a')), Buffer.from('password=x')])),
  ],
  ['a profile that is cut', gzipSync(gunzipSync(profileOf('/a')).subarray(0, -3))],
  [
    'a profile in a field that pprof has not',
    gzipSync(Buffer.concat([gunzipSync(profileOf('/a')), Buffer.from([0x82, 0x01, 3, 1, 2, 3])])),
  ],
])('sends no %s', async (_what, file) => {
  expect(await scrubStrings(file, shorten)).toBeNull()
})

it('sends what other writers of profiles write', async () => {
  for (const samples of [[], [[['a b.js:1'], 1, 1]]] as const) {
    const own = gzipSync(pprofBytes({ samples }))
    expect(await scrubStrings(own, shorten)).toBe(own)
  }
})
