import { readFile } from 'node:fs/promises'

// Uses top-level await, which only an ESM entry can do.
await readFile(new URL(import.meta.url))
console.log(`esm backend runs with ${JSON.stringify(process.argv.slice(2))}`)
