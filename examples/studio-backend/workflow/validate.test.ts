import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { NODE_TYPES } from '../nodes'
import { MAX_NODES } from './parse'
import { validatePrompt } from './validate'

const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'studio-validate-'))
const folder = path.join(parent, 'input')
fs.mkdirSync(folder)
fs.writeFileSync(path.join(folder, 'there.png'), '')
fs.writeFileSync(path.join(parent, 'outside.png'), '')
afterAll(() => fs.rmSync(parent, { recursive: true }))

const validate = (prompt: unknown) => validatePrompt(prompt, NODE_TYPES, { input: folder, output: folder })

const noise = { class_type: 'NoiseImage', inputs: { width: 8, height: 8, seed: 1, scale: 4 } }
const save = { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'test' } }
const scale = {
  class_type: 'ImageScaleBy',
  inputs: { image: ['1', 0], upscale_method: 'bilinear', scale_by: 2 },
}
const without = (inputs: object, name: string) =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== name))
const noiseWith = (inputs: object) => ({ ...noise, inputs: { ...noise.inputs, ...inputs } })
const saveWith = (inputs: object) => ({ ...save, inputs: { ...save.inputs, ...inputs } })

describe('no prompt at all', () => {
  test.each([
    ['null', null, 'no_prompt'],
    ['a list', [], 'no_prompt'],
    ['a string', 'portrait', 'no_prompt'],
    ['no node', {}, 'prompt_no_outputs'],
    ['no output node', { '1': noise }, 'prompt_no_outputs'],
    ['a node that is null', { '1': null }, 'missing_node_type'],
    ['a node without class_type', { '1': { inputs: {} } }, 'missing_node_type'],
    ['an unknown class_type', { '1': { class_type: 'KSampler', inputs: {} } }, 'missing_node_type'],
    ['an inherited name as class_type', { '1': { class_type: 'toString', inputs: {} } }, 'missing_node_type'],
    ['inputs that are a list', { '1': { ...noise, inputs: [] }, '2': save }, 'invalid_prompt'],
    [
      'too many nodes',
      Object.fromEntries(Array.from({ length: MAX_NODES + 1 }, (_, id) => [id, noise])),
      'invalid_prompt',
    ],
  ])('%s', (_, prompt, type) => {
    expect(validate(prompt)).toMatchObject({ ok: false, error: { type }, nodeErrors: {} })
  })
})

describe('an input that is wrong', () => {
  const { images: _, ...saveInputs } = save.inputs
  test.each([
    [
      'missing',
      '1',
      { '1': { ...noise, inputs: without(noise.inputs, 'seed') }, '2': save },
      'required_input_missing',
    ],
    ['a link missing', '2', { '1': noise, '2': { ...save, inputs: saveInputs } }, 'required_input_missing'],
    ['no inputs at all', '1', { '1': { class_type: 'NoiseImage' }, '2': save }, 'required_input_missing'],
    ['words for a number', '1', { '1': noiseWith({ width: 'wide' }), '2': save }, 'invalid_input_type'],
    ['an empty string for a number', '1', { '1': noiseWith({ width: '' }), '2': save }, 'invalid_input_type'],
    ['null for a number', '1', { '1': noiseWith({ width: null }), '2': save }, 'invalid_input_type'],
    [
      'a number for a string',
      '2',
      { '1': noise, '2': saveWith({ filename_prefix: 3 }) },
      'invalid_input_type',
    ],
    ['too small', '1', { '1': noiseWith({ width: 0 }), '2': save }, 'value_smaller_than_min'],
    ['too big', '1', { '1': noiseWith({ height: 16_385 }), '2': save }, 'value_bigger_than_max'],
    ['infinite', '1', { '1': noiseWith({ height: '1e999' }), '2': save }, 'invalid_input_type'],
    [
      'not among the options',
      '3',
      {
        '1': noise,
        '3': { ...scale, inputs: { ...scale.inputs, upscale_method: 'x' } },
        '2': saveWith({ images: ['3', 0] }),
      },
      'value_not_in_list',
    ],
    ['a link to nowhere', '2', { '2': save }, 'bad_linked_input'],
    ['a link to itself, an output node', '2', { '2': saveWith({ images: ['2', 0] }) }, 'bad_linked_input'],
    [
      'a slot that is not there',
      '2',
      { '1': noise, '2': saveWith({ images: ['1', 1] }) },
      'bad_linked_input',
    ],
    ['half a link', '2', { '1': noise, '2': saveWith({ images: ['1'] }) }, 'bad_linked_input'],
    ['a value for a link', '2', { '1': noise, '2': saveWith({ images: 'cat.png' }) }, 'bad_linked_input'],
    [
      'a link for a value',
      '1',
      { '1': noiseWith({ width: ['3', 0] }), '3': noise, '2': save },
      'return_type_mismatch',
    ],
    [
      'a file name that leaves its folder',
      '2',
      { '1': noise, '2': saveWith({ filename_prefix: '../a' }) },
      'custom_validation_failed',
    ],
    [
      'no such file',
      '1',
      { '1': { class_type: 'LoadImage', inputs: { image: 'gone.png' } }, '2': save },
      'custom_validation_failed',
    ],
    [
      'a file elsewhere',
      '1',
      { '1': { class_type: 'LoadImage', inputs: { image: '../outside.png' } }, '2': save },
      'custom_validation_failed',
    ],
  ])('%s', (_, node, prompt, type) => {
    const result = validate(prompt)
    expect(result).toMatchObject({ ok: false, error: { type: 'prompt_outputs_failed_validation' } })
    expect(result.nodeErrors[node]?.errors.map((error) => error.type)).toContain(type)
    expect(result.nodeErrors[node]?.dependent_outputs).toEqual(['2'])
  })
})

test('a cycle is found', () => {
  const prompt = {
    '1': { ...scale, inputs: { ...scale.inputs, image: ['3', 0] } },
    '3': scale,
    '2': save,
  }
  expect(validate(prompt)).toMatchObject({
    ok: false,
    nodeErrors: { '1': { errors: [{ type: 'dependency_cycle' }], class_type: 'ImageScaleBy' } },
  })
})

test('nodes run after what they need, each once, and those nobody needs not at all', () => {
  const blend = { image1: ['3', 0], image2: ['1', 0], blend_factor: 0.5, blend_mode: 'normal' }
  const result = validate({
    '2': saveWith({ images: ['4', 0] }),
    '4': { class_type: 'ImageBlend', inputs: blend },
    '3': scale,
    '1': noise,
    '9': noiseWith({ width: 'nobody looks at this' }),
  })
  if (!result.ok) throw new Error(result.error.details)
  expect(result.workflow.nodes.map((node) => node.id)).toEqual(['1', '3', '4', '2'])
  expect(result.workflow.outputs).toEqual(['2'])
  expect(result.nodeErrors).toEqual({})
})

test('as in the engine, sound outputs run although others are broken', () => {
  const result = validate({ '1': noise, '2': save, '5': saveWith({ images: ['7', 0] }) })
  if (!result.ok) throw new Error(result.error.details)
  expect(result.workflow.nodes.map((node) => node.id)).toEqual(['1', '2'])
  expect(Object.keys(result.nodeErrors)).toEqual(['5'])
})

test('numbers may be written as strings, and whole numbers are made of others', () => {
  const result = validate({ '1': noiseWith({ width: '12', height: 7.9 }), '2': save })
  if (!result.ok) throw new Error(result.error.details)
  const inputs = result.workflow.nodes[0]?.inputs
  expect([inputs?.get('width'), inputs?.get('height')]).toEqual([{ value: 12 }, { value: 7 }])
})

test('a file in the input folder is accepted', () => {
  const load = { class_type: 'LoadImage', inputs: { image: 'there.png' } }
  expect(validate({ '1': load, '2': save }).ok).toBe(true)
})

test('a chain of the longest length does not exhaust the stack', () => {
  const chain = Array.from({ length: MAX_NODES - 2 }, (_, index) => [
    `n${index}`,
    { ...scale, inputs: { ...scale.inputs, image: [index === 0 ? '1' : `n${index - 1}`, 0] } },
  ])
  const last = saveWith({ images: [`n${MAX_NODES - 3}`, 0] })
  expect(validate({ ...Object.fromEntries(chain), '1': noise, '2': last }).ok).toBe(true)
})

test.each([
  ['portrait', true],
  ['landscape', true],
  ['poster', true],
  ['broken', false],
])('the example workflow %s', (name, ok) => {
  const file = path.join(__dirname, '../../workflows', `${name}.json`)
  expect(validate(JSON.parse(fs.readFileSync(file, 'utf8'))).ok).toBe(ok)
})
