// Loads the half of dd-trace that a start does without. Its argument is the folder of the app's dd-trace.
const { areCodeCachesUsed, loadLater } = require(`${process.argv.at(-1)}/index.cjs`)

loadLater()
console.log(`all from code caches: ${areCodeCachesUsed()}`)
setInterval(() => {}, 60_000)
