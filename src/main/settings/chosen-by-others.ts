import { find } from './lookup'
import { scalarText } from './parser'
import { boolean } from './parsers'
import type { Problems } from './problems'
import type { Source, SourceKind } from './sources'

/** The settings that say what is run: whoever sets one of these runs a program of theirs under the app's name and permissions. */
const RUN: readonly string[] = [
  'STUDIO_BACKEND_ENTRY',
  'STUDIO_BACKEND_ARGS',
  'STUDIO_ENGINE_COMMAND',
  'STUDIO_ENGINE_CWD',
]
const OVERRIDE = 'STUDIO_BACKEND_OVERRIDE'
/** Sources of whoever starts the app, and not of whoever made it. */
const OTHERS: readonly SourceKind[] = ['environment', 'user-file']

/**
 * Which sources count for a setting. What a packaged app runs is the app's and the installer's to say: environment and
 * user choose it only where one of those two lets them.
 */
export class ChosenByOthers {
  readonly #sources: readonly Source[]
  readonly #own: readonly Source[]
  readonly #packaged: boolean
  readonly #mayChoose: boolean
  readonly #problems: Problems

  constructor(sources: readonly Source[], packaged: boolean, problems: Problems) {
    this.#sources = sources
    this.#own = sources.filter(({ kind }) => !OTHERS.includes(kind))
    this.#problems = problems
    this.#packaged = packaged
    this.#mayChoose = !packaged || this.#isOverridden()
  }

  sourcesOf(name: string): readonly Source[] {
    const isLimited = name === OVERRIDE ? this.#packaged : !this.#mayChoose && RUN.includes(name)
    return isLimited ? this.#own : this.#sources
  }

  /** Says what was ignored, in one line. */
  report(): void {
    if (!this.#packaged) return
    const others = this.#sources.filter((source) => !this.#own.includes(source))
    for (const { label, values } of others) {
      if (!values.has(OVERRIDE)) continue
      this.#problems.add(
        () =>
          `${label}: ${OVERRIDE} is read from the installer's file and the app's own settings only, and ignored here`,
      )
    }
    if (this.#mayChoose) return
    const ignored = others.flatMap(({ label, values }) => {
      const names = RUN.filter((name) => values.has(name))
      return names.length === 0 ? [] : [`${names.join(', ')} (${label})`]
    })
    if (ignored.length === 0) return
    this.#problems.add(
      () =>
        `settings: ignored: ${ignored.join('; ')}: what an installed app runs is for the app or its installer to say; accepted: ${OVERRIDE}=true in the installer's file lets others choose`,
    )
  }

  #isOverridden(): boolean {
    const found = find(this.#own, OVERRIDE)
    const text = found && scalarText(found.raw)
    const parsed = text === null ? null : boolean.parse(text, '')
    return parsed?.ok === true && parsed.value
  }
}
