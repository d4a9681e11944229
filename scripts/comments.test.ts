import { expect, it } from 'vitest'
import { hangingIn } from './comments.mjs'

it.each(['What it does.', 'Whether it runs.', 'Of each.', 'As before.', 'Where it is.'])(
  'finds a doc comment of TypeScript or Python that hangs in the air: %s',
  (text) => {
    // Not as they stand: this file is looked at too.
    const hanging = [`/** ${text} */`, `/**\n * ${text}\n */`, `    """${text}"""`, `x()\n/** ${text} */`]
    expect(hanging.map(hangingIn)).toEqual([[1], [2], [1], [2]])
  },
)

it('leaves sentences alone, and what is no doc comment', () => {
  const sentences = [
    '/** Whatever it does. */',
    '/** Tells what it does. */',
    '// What is known holds.',
    '"""Tells where."""',
    "'What'",
  ]
  expect(sentences.flatMap(hangingIn)).toEqual([])
})
