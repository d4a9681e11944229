import fc from 'fast-check'

/** JSON values, among them difficult ones for a schema. */
export const jsonValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, '', 'text', [], {}) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(1e308, -1e308, 2 ** 53, 8.64e15 + 1, Infinity, -0, '\0') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
)

/** Values that may arrive over a message port: the structured clone algorithm carries more than JSON. */
export const clonedValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: jsonValue },
  {
    weight: 1,
    arbitrary: fc.anything({
      maxDepth: 1,
      maxKeys: 3,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
    }),
  },
  { weight: 1, arbitrary: fc.constant(null).map(() => cyclic()) },
)

/** A value with a few fields replaced, removed or added, anywhere in it. */
export function nearly(
  samples: readonly unknown[],
  replacement: fc.Arbitrary<unknown> = jsonValue,
): fc.Arbitrary<unknown> {
  const edit = fc.tuple(fc.nat(2 ** 20), fc.nat(9), replacement)
  return fc
    .tuple(fc.nat(samples.length - 1), fc.array(edit, { maxLength: 4 }))
    .map(([index, edits]) =>
      edits.reduce<unknown>(
        (value, [at, kind, put]) => edited(value, at, kind, put),
        structuredClone(samples[index]),
      ),
    )
}

function edited(value: unknown, at: number, kind: number, put: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return put
  const keys = Object.keys(value)
  const place = at % (keys.length + 1)
  const key = keys[place]
  if (key === undefined) return kind < 5 ? put : { ...value, [`extra${kind}`]: put }
  const inside = (value as Record<string, unknown>)[key]
  const rest = Math.floor(at / (keys.length + 1))
  const isInner = typeof inside === 'object' && inside !== null
  return withField(value, key, kind, isInner && kind < 8 ? edited(inside, rest, kind, put) : put)
}

function withField(value: object, key: string, kind: number, put: unknown): unknown {
  if (Array.isArray(value)) return value.with(Number(key), put)
  if (kind !== 9) return { ...value, [key]: put }
  const { [key]: _, ...rest } = value as Record<string, unknown>
  return rest
}

function cyclic(): unknown {
  const value: Record<string, unknown> = { type: 'job-started' }
  value.id = value
  value.error = value
  return value
}
