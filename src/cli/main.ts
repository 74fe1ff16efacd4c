console.log('meshlint');
