import { expect, test } from 'vitest'
import { waitFor } from './wait-for'

test('gives the first answer that is one; zero and the empty string are answers', async () => {
  const answers = [undefined, null, false, 0]
  expect(await waitFor(() => answers.shift(), { what: 'zero' })).toBe(0)
  expect(answers).toEqual([])
  expect(await waitFor(async () => '', { what: 'a string' })).toBe('')
})

test('an answer that throws is asked again', async () => {
  let attempts = 0
  const ask = () => {
    attempts += 1
    if (attempts < 3) throw new Error('not yet')
    return attempts
  }
  expect(await waitFor(ask, { what: 'the third attempt' })).toBe(3)
})

test('says what it waited for, as it was when time was up, and what went wrong', async () => {
  let seen = 0
  const cause = new Error('broken')
  const ask = () => {
    seen += 1
    throw cause
  }
  const error = await waitFor(ask, { what: () => `a thing (asked ${seen} times)`, timeout: 50 }).catch(
    (e) => e,
  )
  expect(error.message).toMatch(
    /^Waited 50 ms for a thing \(asked [1-9]\d* times\), in vain; .* Error: broken$/,
  )
  expect(error.cause).toBe(cause)
})

test('an answer that never comes does not hold it up', async () => {
  await expect(waitFor(() => new Promise(() => {}), { what: 'godot', timeout: 30 })).rejects.toThrow('godot')
})
