import { expect, it } from 'vitest'
import { takePageOption } from './page-option'

it.each([
  [['3f9a'], null, ['3f9a']],
  [['3f9a', '--html'], { file: null }, ['3f9a']],
  [['--html', '3f9a'], { file: null }, ['3f9a']],
  [['3f9a', '--html', 'a/b.html', '--json'], { file: 'a/b.html' }, ['3f9a', '--json']],
  [['--html=page', '3f9a'], { file: 'page' }, ['3f9a']],
  [['--', '--html'], null, ['--', '--html']],
])('finds in %j %j', (args, page, rest) => {
  expect(takePageOption(args)).toEqual({ wanted: page, rest })
})
