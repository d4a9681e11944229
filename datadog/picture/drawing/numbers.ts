import { METRICS, type MetricDefinition } from '../../../src/main/datadog/metrics/registry'

export type Unit = 'byte' | 'byte per second' | 'second' | 'percent' | 'number'

/** The unit of a widget's values: its metric's, as Datadog uses it, unless a formula makes it a share. */
export function unitOf(queries: readonly { readonly query?: string | undefined }[], formula: string): Unit {
  if (/\* 100$/.test(formula)) return 'percent'
  const name = /:([a-z_.]+)\{/.exec(queries[0]?.query ?? '')?.[1]
  const known = Object.entries<MetricDefinition>(METRICS).find(([metric]) => metric === name)?.[1]
  if (known?.unit === 'byte') return known.perUnit === null ? 'byte' : 'byte per second'
  return known?.unit === 'second' || known?.unit === 'percent' ? known.unit : 'number'
}

/** A value as on an axis or in a legend. */
export function inWords(value: number, unit: Unit, precision?: number): string {
  switch (unit) {
    case 'byte':
    case 'byte per second':
      return `${bytes(value)}${unit === 'byte' ? '' : '/s'}`
    case 'second':
      return seconds(value)
    case 'percent':
      return `${digits(value, precision)} %`
    case 'number':
      return digits(value, precision)
  }
}

function bytes(value: number): string {
  for (const [size, name] of [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ] as const)
    if (value >= size) return `${digits(value / size)} ${name}`
  return `${digits(value)} B`
}

function seconds(value: number): string {
  if (value >= 5_400) return `${digits(value / 3_600)} h`
  if (value >= 90) return `${digits(value / 60)} min`
  if (value >= 1 || value === 0) return `${digits(value)} s`
  return `${digits(value * 1_000)} ms`
}

function digits(value: number, precision?: number): string {
  const places = precision ?? (Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2)
  const [whole = '', part] = value.toFixed(places).split('.')
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ')
  return part === undefined || (precision === undefined && /^0+$/.test(part)) ? spaced : `${spaced}.${part}`
}

/** The end of an axis that shows values up to `most`, and its step: 1, 2 or 5 of a power of ten, or of 1024. */
export function axis(most: number, unit: Unit): { readonly end: number; readonly step: number } {
  const base = baseOf(most, unit)
  const rough = Math.max(most, unit === 'number' ? 2 : 1e-9) / base / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  if (unit === 'percent' && most > 50) return { end: Math.ceil(most / 25) * 25, step: 25 }
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power * base
  return { end: Math.ceil((most * 1.02) / step) * step || step, step }
}

/** The base of a value's unit when it is formatted. */
function baseOf(most: number, unit: Unit): number {
  if (unit.startsWith('byte')) return 1_024 ** Math.floor(Math.log(Math.max(1, most)) / Math.log(1_024))
  if (unit !== 'second') return 1
  return most >= 5_400 ? 3_600 : most >= 90 ? 60 : 1
}
