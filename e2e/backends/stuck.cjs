// Is fine for a moment, then never yields again.
console.log('stuck runs')

function loopForever() {
  for (let i = 0; ; i++) Math.sqrt(i)
}

setTimeout(loopForever, 500)
