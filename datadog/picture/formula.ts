import type { Line } from './query'

type Value = number | null
/** The lines that a formula's names stand for. */
export type Names = Readonly<Record<string, readonly Line[]>>

const TOKEN = /\s*([a-z_]+(?=\()|[a-z_]+|\d+(?:\.\d+)?|[-+*/()])/y

/** Computes a formula as Datadog would: group by group, `null` where a part of it is. */
export function compute(formula: string, names: Names): Line[] {
  const tokens = tokenize(formula)
  const asked = tokens.flatMap((token) => names[token] ?? [])
  const groups = [...new Set(asked.map(({ group }) => group.join('|')))]
  const collapses = /count_(nonzero|not_null)/.test(formula)
  const length = asked[0]?.values.length ?? 0
  return (collapses ? [''] : groups.filter((key) => key !== '' || groups.length === 1)).map((key) => ({
    group: key.split('|').filter(Boolean),
    values: Array.from({ length }, (_, at) => new Parser(tokens, names, key, at).parse()),
  }))
}

function tokenize(formula: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < formula.length) {
    const match = TOKEN.exec(formula)
    if (!match?.[1]) throw new Error(`not understood: ${formula}`)
    tokens.push(match[1])
  }
  return tokens
}

/** Parses sums of products of values by recursive descent; evaluates them at one point of one group. */
class Parser {
  #next = 0

  constructor(
    private readonly tokens: readonly string[],
    private readonly names: Names,
    private readonly key: string,
    private readonly at: number,
  ) {}

  parse(): Value {
    let value = this.#product()
    for (let sign = this.#takeOne('+', '-'); sign; sign = this.#takeOne('+', '-')) {
      const other = this.#product()
      value = value === null || other === null ? null : sign === '+' ? value + other : value - other
    }
    return value
  }

  #product(): Value {
    let value = this.#value()
    for (let sign = this.#takeOne('*', '/'); sign; sign = this.#takeOne('*', '/')) {
      const other = this.#value()
      value = value === null || other === null ? null : sign === '*' ? value * other : value / other
    }
    return value
  }

  #value(): Value {
    const token = this.tokens[this.#next++] ?? ''
    if (/^\d/.test(token)) return Number(token)
    if (token === '(' || this.tokens[this.#next] !== '(')
      return token === '(' ? this.#inner() : this.#lookUp(token)
    this.#next++
    if (token === 'default_zero') return this.#inner() ?? 0
    const values = (this.names[this.tokens[this.#next++] ?? ''] ?? []).map(
      ({ values }) => values[this.at] ?? null,
    )
    this.#next++
    return values.filter((value) => value !== null && (token === 'count_not_null' || value !== 0)).length
  }

  #inner(): Value {
    const value = this.parse()
    this.#next++
    return value
  }

  /** Looks up a name; a query without groups is the same for all of them. */
  #lookUp(name: string): Value {
    const lines = this.names[name] ?? []
    const line =
      lines.find(({ group }) => group.join('|') === this.key) ?? lines.find(({ group }) => group.length === 0)
    return line?.values[this.at] ?? null
  }

  #takeOne(...signs: readonly string[]): string | null {
    const token = this.tokens[this.#next]
    if (token === undefined || !signs.includes(token)) return null
    this.#next++
    return token
  }
}
