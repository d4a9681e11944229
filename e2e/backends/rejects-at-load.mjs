await Promise.reject(new TypeError('the model folder is not there'))
