// A backend that says what it was started with.
const { FROM_APP = 'none', DD_API_KEY = 'none' } = process.env
const said = { args: process.argv.slice(2), cwd: process.cwd(), FROM_APP, DD_API_KEY }
console.log(`surroundings ${JSON.stringify(said)}`)
setInterval(() => {}, 1_000)
