import { expect, it } from 'vitest'
import { anchorsOf, brokenLinks } from './links.mjs'

const FILES: Readonly<Record<string, string>> = {
  'docs/a.md':
    '# A page\n\n## What `this` is: 7 of *them*\n\n## Twice\n\n## Twice\n\n```sh\n# no heading\n```\n',
  'docs/pictures': '',
  'README.md': '# Readme\n',
}
const faultsIn = (text: string) =>
  brokenLinks('docs/b.md', (file) => (file === 'docs/b.md' ? text : (FILES[file] ?? null)))

it('anchors are those of GitHub', () => {
  expect(anchorsOf(FILES['docs/a.md'] ?? '')).toEqual([
    'a-page',
    'what-this-is-7-of-them',
    'twice',
    'twice-1',
  ])
})

it.each([
  '[a](a.md), [readme](../README.md#readme) and ![a folder](pictures/)',
  '# Here\n[here](#here), [there](a.md#twice-1)',
  'the web: [x](https://example.com/none.md#none), [mail](mailto:a@example.com)',
  'code: `[x](none.md)`\n\n    [x](none.md)\n\n```\n[x](none.md)\n```\n',
  '[titled](a.md "a page")',
])('is content with: %s', (text) => expect(faultsIn(text)).toEqual([]))

it.each([
  ['\n[a](none.md)', 'docs/b.md:2: there is no docs/none.md'],
  ['[a](README.md)', 'docs/b.md:1: there is no docs/README.md'],
  ['[a](../../README.md)', 'docs/b.md:1: there is no ../README.md'],
  ['[a](a.md#thrice)', 'docs/b.md:1: docs/a.md has no heading #thrice'],
  ['```\n```\n[a](#none)', 'docs/b.md:3: docs/b.md has no heading #none'],
  ['![a](pictures/none.png)', 'docs/b.md:1: there is no docs/pictures/none.png'],
])('finds what leads nowhere: %j', (text, fault) => expect(faultsIn(text)).toEqual([fault]))
