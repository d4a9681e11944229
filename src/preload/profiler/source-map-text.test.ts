import { describe, expect, it } from 'vitest'
import { readWithoutSources } from './source-map-text'

const MAX = 1_000

/** Reads the text cut everywhere: a byte at a time, and as a whole. */
async function read(json: string): Promise<unknown> {
  const bytes = Buffer.from(json)
  const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
  const [whole, pieces] = [await readWithoutSources([bytes], MAX), await readWithoutSources(single, MAX)]
  expect(pieces).toBe(whole)
  return JSON.parse(whole)
}

describe('a source map without its sources', () => {
  it.each([
    ['a list', { sourcesContent: ['a', null, '{"x":[1,2]}', ']', '\\"'], mappings: 'AAAA' }],
    ['at the end', { mappings: 'AAAA', sourcesContent: ['a'] }],
    ['a string', { sourcesContent: 'a,}', mappings: 'AAAA' }],
    ['nothing', { sourcesContent: null, mappings: 'AAAA' }],
    ['a number', { sourcesContent: 5, mappings: 'AAAA' }],
    ['an object', { sourcesContent: { a: [{}, '}'] }, mappings: 'AAAA' }],
  ])('%s', async (_, map) => {
    for (const space of [0, 2])
      expect(await read(JSON.stringify(map, null, space))).toEqual({ mappings: 'AAAA', sourcesContent: null })
  })

  it('of each section', async () => {
    const sections = (content: unknown) =>
      [1, 2].map((id) => ({ map: { id, sourcesContent: content, last: 'é' } }))
    expect(await read(JSON.stringify({ sections: sections(['a', '"']) }))).toEqual({
      sections: sections(null),
    })
  })

  it.each([
    ['a value', { names: ['sourcesContent', 'b'], file: 'sourcesContent' }],
    ['a longer name', { sourcesContents: ['a'], xsourcesContent: ['b'] }],
    ['within a string', { file: '"sourcesContent":["a"]' }],
  ])('what is none is kept: %s', async (_, map) => {
    expect(await read(JSON.stringify(map))).toEqual(map)
  })

  it('takes as much as it may', async () => {
    const json = (bytes: number) => [Buffer.from(JSON.stringify({ sourcesContent: ['x'.repeat(bytes)] }))]
    await expect(readWithoutSources(json(10 * MAX), MAX)).resolves.toBe('{"sourcesContent":null}')
    await expect(readWithoutSources([Buffer.alloc(MAX + 1)], MAX)).rejects.toThrow('too large')
  })

  it.each(['{"sourcesContent":["a"', '{"sourcesContent"', '"', '{"sourcesContent":"a'])(
    'what is no JSON stays none: %s',
    async (json) => {
      await expect(read(json)).rejects.toThrow()
    },
  )
})
