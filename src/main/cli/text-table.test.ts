import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { paint } from './terminal-text'
import { renderTable } from './text-table'

const plain = paint(false)
const render = (
  columns: Parameters<typeof renderTable>[0],
  rows: string[][][],
  width: number,
  look = plain,
) => renderTable(columns, rows, { width, paint: look })

it('takes no more room than it needs', () => {
  const columns = [{ head: 'A' }, { head: 'N', align: 'right' }, { head: 'C', flexible: true }] as const
  expect(
    render(
      columns,
      [
        [['one'], ['1'], ['first', 'below']],
        [['x'], ['100'], ['']],
      ],
      80,
    ),
  ).toBe('A      N  C\none    1  first\n          below\nx    100\n')
})

it('breaks what is too long at a space, and cuts it on the second line', () => {
  const columns = [{ head: 'A', flexible: true }] as const
  expect(render(columns, [[['killed by the system, out of memory, and more']]], 20)).toBe(
    'A\nkilled by the\nsystem, out of memo…\n',
  )
  expect(render(columns, [[['8f2c1b0e-3c6d-4a1f-9b7e-1234567890ab']]], 20)).toBe(
    'A\n8f2c1b0e-3c6d-4a1f-9\nb7e-1234567890ab\n',
  )
})

it('lines wide characters up and cuts none in two', () => {
  const columns = [{ head: 'NAME', flexible: true }, { head: 'END' }] as const
  const rows = [
    '高解像度化高解像度化高解像度化',
    '👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧',
    'e\u0301'.repeat(40),
    'abc',
  ]
  const lines = render(
    columns,
    rows.map((name) => [[name], ['|']]),
    18,
  )
    .trimEnd()
    .split('\n')
  const starts = lines.filter((line) => line.endsWith('|')).map((line) => stringWidth(line))
  expect(starts).toEqual([16, 16, 16, 16])
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(18)
  expect(lines.join('')).not.toMatch(/\p{Cs}|\u200d[^\p{Emoji}]/u)
})

it('gives a narrow flexible column what it needs, and the rest to the wide one', () => {
  const columns = [
    { head: 'A', flexible: true },
    { head: 'B', flexible: true },
  ] as const
  expect(render(columns, [[['x'.repeat(60)], ['short one']]], 40).split('\n')[1]).toBe(
    `${'x'.repeat(29)}  short one`,
  )
})

it('leaves a column out where there is no room for it', () => {
  const columns = [{ head: 'A' }, { head: 'B', from: 60 }] as const
  expect(render(columns, [[['1'], ['2']]], 59)).toBe('A\n1\n')
  expect(render(columns, [[['1'], ['2']]], 60)).toBe('A  B\n1  2\n')
})

it('colours the head and the lines below the first, and keeps the columns in line', () => {
  const columns = [{ head: 'A' }, { head: 'B' }] as const
  const [head, first, second] = render(
    columns,
    [
      [
        ['one', '1'],
        ['x', 'y'],
      ],
    ],
    80,
    paint(true),
  ).split('\n')
  expect(head).toBe('\u001b[1mA\u001b[22m    \u001b[1mB\u001b[22m')
  expect(first).toBe('one  x')
  expect(second).toBe('\u001b[90m1\u001b[39m    \u001b[90my\u001b[39m')
})
