const HASHBANG = /^#!.*\n/
const DIRECTIVE = /^\s*(["'])use strict\1/

export type ModuleFormat = 'cjs' | 'es'

export interface FirstLine {
  /** The index in the code that it goes to: behind a hashbang. */
  readonly at: number
  /** Lines of the code before it. */
  readonly linesBefore: number
  readonly line: string
}

/**
 * The line that loads the tracer ahead of everything else in a bundled file; a strict script stays one.
 * @param file as the bundled file loads it
 */
export function registerLine(code: string, file: string, format: ModuleFormat): FirstLine {
  const hashbang = HASHBANG.exec(code)?.[0] ?? ''
  const isStrict = DIRECTIVE.test(code.slice(hashbang.length))
  const load = format === 'es' ? `import "${file}";` : `require("${file}");`
  return {
    at: hashbang.length,
    linesBefore: hashbang === '' ? 0 : 1,
    line: `${isStrict ? '"use strict";' : ''}${load}\n`,
  }
}
