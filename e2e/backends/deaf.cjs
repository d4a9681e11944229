// Ignores every request to stop.
process.on('SIGTERM', () => console.log('deaf hears nothing'))
setInterval(() => {}, 1_000)
console.log('deaf runs')
