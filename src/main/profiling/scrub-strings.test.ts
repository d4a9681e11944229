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

it('sends nothing that it cannot read and that names the home folder', async () => {
  expect(await scrubStrings(gzipSync(`no pprof ${HOME}`), shorten)).toBeNull()
  expect(await scrubStrings(Buffer.from(HOME), shorten)).toBeNull()
  const harmless = gzipSync('no pprof')
  expect(await scrubStrings(harmless, shorten)).toBe(harmless)
})
