import type { Folders, InputSpec } from '../nodes/node'
import { type PromptError, promptError } from './errors'

type LiteralSpec = Exclude<InputSpec, { type: 'IMAGE' }>
type NumberSpec = Extract<InputSpec, { type: 'INT' | 'FLOAT' }>
export type Literal = { readonly value: number | string } | { readonly error: PromptError }

/** Checks one value of a prompt; numbers may be written as strings, as in the engine. */
export function parseLiteral(name: string, spec: LiteralSpec, given: unknown, folders: Folders): Literal {
  switch (spec.type) {
    case 'INT':
    case 'FLOAT':
      return parseNumber(name, spec, given)
    case 'STRING': {
      if (typeof given !== 'string') return wrongType(name, spec, given)
      const problem = spec.check?.(given, folders) ?? null
      if (problem === null) return { value: given }
      return failed(
        'custom_validation_failed',
        'Custom validation failed for node',
        `${name} - ${problem}`,
        name,
      )
    }
    case 'COMBO':
      if (typeof given === 'string' && spec.options.includes(given)) return { value: given }
      return failed(
        'value_not_in_list',
        'Value not in list',
        `${name}: ${show(given)} not in ${JSON.stringify(spec.options)}`,
        name,
      )
  }
}

function parseNumber(name: string, spec: NumberSpec, given: unknown): Literal {
  const written = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  if (typeof written !== 'number' || !Number.isFinite(written)) return wrongType(name, spec, given)
  const value = spec.type === 'INT' ? Math.trunc(written) : written
  if (value < spec.min) {
    return failed('value_smaller_than_min', `Value ${value} smaller than min of ${spec.min}`, name, name)
  }
  if (value > spec.max) {
    return failed('value_bigger_than_max', `Value ${value} bigger than max of ${spec.max}`, name, name)
  }
  return { value }
}

function wrongType(name: string, spec: LiteralSpec, given: unknown): Literal {
  const message = `Failed to convert an input value to a ${spec.type} value`
  return failed('invalid_input_type', message, `${name}, ${show(given)}`, name)
}

function failed(type: string, message: string, details: string, input_name: string): Literal {
  return { error: promptError(type, message, details, { input_name }) }
}

function show(given: unknown): string {
  return (JSON.stringify(given) ?? String(given)).slice(0, 100)
}
