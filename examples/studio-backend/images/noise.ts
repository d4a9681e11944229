import { type Advance, buildImage, type Image } from './image'

const OCTAVES = 4
const CHANNELS = 3

/** Fractal value noise: the same seed gives the same pixels. `scale` is the size in pixels of the largest blobs. */
export function noise(
  width: number,
  height: number,
  seed: number,
  scale: number,
  advance: Advance,
): Promise<Image> {
  return buildImage(width, height, (y) => noiseRow(width, y, seed, scale), advance)
}

function noiseRow(width: number, y: number, seed: number, scale: number): number[] {
  const row = new Array<number>(width * CHANNELS)
  for (let x = 0; x < width; x++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      row[x * CHANNELS + channel] = fractal(x / scale, y / scale, seed + channel)
    }
  }
  return row
}

function fractal(x: number, y: number, seed: number): number {
  let sum = 0
  let amplitude = 0.5
  let frequency = 1
  for (let octave = 0; octave < OCTAVES; octave++) {
    sum += amplitude * smooth(x * frequency, y * frequency, seed + octave * 101)
    amplitude /= 2
    frequency *= 2
  }
  // The amplitudes add up to 1 - 2^-OCTAVES.
  return sum / (1 - amplitude * 2)
}

function smooth(x: number, y: number, seed: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const tx = ease(x - left)
  const ty = ease(y - top)
  const upper = mix(lattice(left, top, seed), lattice(left + 1, top, seed), tx)
  const lower = mix(lattice(left, top + 1, seed), lattice(left + 1, top + 1, seed), tx)
  return mix(upper, lower, ty)
}

/** A value from 0 to 1 for a lattice point: an integer hash with the finalizer of MurmurHash3. */
function lattice(x: number, y: number, seed: number): number {
  let hash = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 0xffffffff
}

function ease(t: number): number {
  return t * t * (3 - 2 * t)
}

function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t
}
