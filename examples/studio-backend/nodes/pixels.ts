import { BLEND_MODES, blend } from '../images/blend'
import { blur } from '../images/blur'
import { buildImage, MAX_SIDE } from '../images/image'
import { noise } from '../images/noise'
import { UPSCALE_METHODS, upscale } from '../images/upscale'
import { defineNode } from './node'

const side = { type: 'INT', min: 1, max: MAX_SIDE } as const

export const emptyImage = defineNode({
  classType: 'EmptyImage',
  inputs: { width: side, height: side, color: { type: 'INT', min: 0, max: 0xffffff } },
  async run({ width, height, color }, { advance }) {
    const pixel = [color >> 16, (color >> 8) & 0xff, color & 0xff].map((value) => value / 255)
    const makeRow = () => Array.from({ length: width * 3 }, (_, index) => pixel[index % 3] ?? 0)
    return { image: await buildImage(width, height, makeRow, advance) }
  },
})

export const noiseImage = defineNode({
  classType: 'NoiseImage',
  inputs: {
    width: side,
    height: side,
    seed: { type: 'INT', min: 0, max: Number.MAX_SAFE_INTEGER },
    scale: { type: 'FLOAT', min: 1, max: MAX_SIDE },
  },
  async run({ width, height, seed, scale }, { advance }) {
    return { image: await noise(width, height, seed, scale, advance) }
  },
})

export const imageBlur = defineNode({
  classType: 'ImageBlur',
  inputs: {
    image: { type: 'IMAGE' },
    blur_radius: { type: 'INT', min: 1, max: 31 },
    sigma: { type: 'FLOAT', min: 0.1, max: 10 },
  },
  async run({ image, blur_radius, sigma }, { advance }) {
    return { image: await blur(image, blur_radius, sigma, advance) }
  },
})

export const imageScaleBy = defineNode({
  classType: 'ImageScaleBy',
  inputs: {
    image: { type: 'IMAGE' },
    upscale_method: { type: 'COMBO', options: UPSCALE_METHODS },
    scale_by: { type: 'FLOAT', min: 0.01, max: 8 },
  },
  async run({ image, upscale_method, scale_by }, { advance }) {
    return { image: await upscale(image, scale_by, upscale_method, advance) }
  },
})

export const imageBlend = defineNode({
  classType: 'ImageBlend',
  inputs: {
    image1: { type: 'IMAGE' },
    image2: { type: 'IMAGE' },
    blend_factor: { type: 'FLOAT', min: 0, max: 1 },
    blend_mode: { type: 'COMBO', options: BLEND_MODES },
  },
  async run({ image1, image2, blend_factor, blend_mode }, { advance }) {
    return { image: await blend(image1, image2, blend_factor, blend_mode, advance) }
  },
})
