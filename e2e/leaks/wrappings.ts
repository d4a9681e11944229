import type { Kind } from './kinds'

/** How a leaking function is written, and called with the expression `i`. */
export interface Wrapping {
  readonly declaration: string
  readonly call: string
  /** Files that it needs, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** True if its code has no file. */
  readonly isGenerated?: true
}

export type Wrap = (name: string, kind: Kind) => Wrapping

/** Every way; each keeps the function's name. */
export const WRAPPINGS: Readonly<Record<string, Wrap>> = {
  'a function': (name, { shared, body }) => ({
    declaration: `${shared}\nfunction ${name}(i) {\n${body}\n}`,
    call: `${name}(i)`,
  }),
  'an arrow': (name, { shared, body }) => ({
    declaration: `${shared}\nconst ${name} = (i) => {\n${body}\n}`,
    call: `${name}(i)`,
  }),
  'an arrow made in the loop': (name, { shared, body }) => ({
    declaration: shared,
    call: `{\nconst ${name} = (i) => {\n${body}\n}\n${name}(i)\n}`,
  }),
  'a method': (name, { shared, body }) => ({
    declaration: `${shared}\nclass Store {\n${name}(i) {\n${body}\n}\n}\nconst store = new Store()`,
    call: `store.${name}(i)`,
  }),
  'a getter': (name, { shared, body }) => ({
    declaration: `${shared}\nclass Source {\nnumber = 0\nget ${name}() {\nconst i = this.number++\n${body}\nreturn i\n}\n}\nconst source = new Source()\nlet last = 0`,
    call: `last = source.${name}`,
  }),
  'a callback of a library': (name, { shared, body }) => ({
    declaration: `${shared}\nconst { visit } = require('visits')\nfunction ${name}(i) {\n${body}\n}`,
    call: `visit(2, i, ${name})`,
    files: {
      'node_modules/visits/index.js':
        'exports.visit = function visit(times, value, visitor) {\nfor (let n = 0; n < times; n += 1) visitor(value + n)\n}\n',
    },
  }),
  'generated code': (name, { shared, body }) => ({
    declaration: `const ${name} = new Function('require', ${JSON.stringify(`${shared}\nreturn function ${name}(i) {\n${body}\n}`)})(require)`,
    call: `${name}(i)`,
    isGenerated: true,
  }),
}
