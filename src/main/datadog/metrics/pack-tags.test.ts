import { expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { PackTags } from './pack-tags'
import { PACK_TAG } from './registry'

it('names packs as Datadog keeps them, and the engine’s own nodes `core`', () => {
  const tags = new PackTags()
  expect(tags.of('ComfyUI-Video_Suite')).toBe('comfyui-video_suite')
  expect(tags.of(null)).toBe('core')
  // Neither may be taken for what it is not.
  expect(tags.of('Core')).toBe('other')
  expect(tags.of('other')).toBe('other')
  expect(tags.of('')).toBe('other')
})

it('keeps the names that came first', () => {
  const tags = new PackTags()
  const first = Array.from({ length: 14 }, (_, at) => tags.of(`pack-${at}`))
  expect(first).toEqual(Array.from({ length: 14 }, (_, at) => `pack-${at}`))
  expect(tags.of('one-more')).toBe('other')
  expect(tags.of('pack-13')).toBe('pack-13')
  expect(tags.of(null)).toBe('core')
})

it('has no more values than the registry says, and none that breaks a line of DogStatsD’s', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 300 })), { maxLength: 60 }),
      (packs) => {
        const tags = new PackTags()
        const values = packs.map((pack) => tags.of(pack))
        expect(new Set([...values, tags.of(null), tags.of('')]).size).toBeLessThanOrEqual(
          PACK_TAG.pack.atMost,
        )
        for (const value of values) {
          expect(value).not.toMatch(/[\s,|#:\p{Cc}]/u)
          expect(value.length).toBeLessThanOrEqual(100)
        }
        expect(packs.map((pack) => tags.of(pack))).toEqual(values)
      },
    ),
  )
})
