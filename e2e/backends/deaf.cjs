// Ignores every request to end.
process.on('SIGTERM', () => console.log('deaf hears nothing'))
setInterval(() => {}, 1_000)
console.log('deaf runs')
