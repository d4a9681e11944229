throw new TypeError('the model folder is not there')
