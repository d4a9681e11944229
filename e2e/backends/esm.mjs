import { readFile } from 'node:fs/promises'

// Top-level await: what only an ESM entry can do.
await readFile(new URL(import.meta.url))
console.log(`esm backend runs with ${JSON.stringify(process.argv.slice(2))}`)
