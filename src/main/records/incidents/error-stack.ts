import type { PythonFrame } from '../../../common/engine/python-stack'
import { frameKind } from '../../profiling/frames'
import type { Frame, Profile } from '../../profiling/profile'

/** Most frames of a stack: Error Tracking needs the first, and shows no more than some dozens. */
const MAX_FRAMES = 50

/**
 * The heaviest stack on which a function is, as V8 writes the stack of an error, from that function outwards; `null` if it
 * is on none.
 * @param types of the values that tell how heavy a stack is, the first that the profile has counts
 */
export function stackInProfile(
  profile: Profile,
  types: readonly string[],
  { function: name, file }: { readonly function: string; readonly file: string },
): string | null {
  const type = types
    .map((wanted) => profile.sampleTypes.findIndex(({ type }) => type === wanted))
    .find((at) => at >= 0)
  if (type === undefined) return null
  const isWanted = ({ function: own }: Frame) => own.name === name && own.file.endsWith(file)
  const [heaviest] = profile.stacks
    .filter(({ frames }) => frames.some(isWanted))
    .sort((a, b) => (b.values[type] ?? 0) - (a.values[type] ?? 0))
  if (!heaviest) return null
  const outwards = heaviest.frames.slice(heaviest.frames.findIndex(isWanted))
  const shown = outwards.filter(({ function: own }) => own.file !== '' && frameKind(own, null) !== null)
  return shown
    .slice(0, MAX_FRAMES)
    .map(({ function: own, line }) => `    at ${own.name || '<anonymous>'} (${own.file}:${line}:1)`)
    .join('\n')
}

/** A stack as Python writes it, the most recent call last. @param frames innermost first */
export function pythonStack(frames: readonly PythonFrame[]): string | null {
  if (frames.length === 0) return null
  const lines = frames
    .slice(0, MAX_FRAMES)
    .toReversed()
    .map(({ function: name, file, line }) => `  File "${file}", line ${line ?? '???'}, in ${name}`)
  return ['Traceback (most recent call last):', ...lines].join('\n')
}
